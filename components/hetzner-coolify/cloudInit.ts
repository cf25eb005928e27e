import { stringify } from "yaml";

export interface CoolifyHost {
  /** Coolify's version, e.g. `4.3.10`. */
  readonly version: string;
  /** SHA-256 of the token that Rung will come with; the token itself is not told. */
  readonly tokenHash: string;
  /** For the API's own door: PEM of its certificate and key. */
  readonly certificate: string;
  readonly key: string;
}

/** What every host is, whatever runs on it: keys only, updates by itself, whoever guesses passwords is shut out. */
const hardening = {
  disable_root: false,
  ssh_pwauth: false,
  package_update: true,
  package_upgrade: true,
  packages: ["fail2ban", "unattended-upgrades", "haproxy", "jq"],
};

const sshd = `PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
X11Forwarding no
MaxAuthTries 3
`;

/** Containers have no business with the host's metadata: the user data is in it. */
const noMetadata = `[Unit]
Description=Keep containers from the metadata service
After=docker.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/iptables -I DOCKER-USER -d 169.254.169.254 -j DROP
[Install]
WantedBy=docker.service
`;

const always = [
  { path: "/etc/ssh/sshd_config.d/10-hardened.conf", content: sshd },
  { path: "/etc/systemd/system/no-metadata.service", content: noMetadata },
  {
    path: "/etc/apt/apt.conf.d/20auto-upgrades",
    content: 'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n',
  },
];
const first = [
  ["passwd", "--lock", "root"],
  ["systemctl", "restart", "ssh"],
  ["systemctl", "enable", "--now", "fail2ban", "unattended-upgrades"],
];

/** A host that Coolify will log in to. */
export const plainHost = (): string =>
  document({ ...hardening, write_files: always, runcmd: [...first, ["systemctl", "daemon-reload"]] });

/** TLS in front of Coolify's API: its own port answers in the clear, and only here. */
const door = `defaults
  mode http
  timeout connect 5s
  timeout client 300s
  timeout server 300s
frontend api
  bind :8443 ssl crt /etc/ssl/private/coolify.pem ssl-min-ver TLSv1.2
  http-request set-header X-Forwarded-Proto https
  default_backend coolify
backend coolify
  server coolify 127.0.0.1:8000
`;

/**
 * Installs Coolify without anyone's help: a root user with a password made on the host, the API switched on, and a
 * token whose hash alone is written down. Each step may run again.
 */
const setUp = ({ version, tokenHash }: CoolifyHost): string => `#!/bin/bash
set -euo pipefail
umask 077
[ -s /root/coolify-password ] || openssl rand -base64 30 >/root/coolify-password
export ROOT_USERNAME=root ROOT_USER_EMAIL=root@localhost.localdomain AUTOUPDATE=false
ROOT_USER_PASSWORD="$(cat /root/coolify-password)Aa1!"
export ROOT_USER_PASSWORD
curl -fsSL --retry 10 --retry-all-errors https://cdn.coollabs.io/coolify/install.sh -o /root/install-coolify.sh
bash /root/install-coolify.sh ${version}
sql() { docker exec -i coolify-db psql -v ON_ERROR_STOP=1 -U coolify -d coolify; }
until sql <<<"SELECT 1 FROM users WHERE id = 0" | grep -q "(1 row)"; do sleep 5; done
sql <<'SQL'
UPDATE instance_settings SET is_api_enabled = true, is_auto_update_enabled = false, is_registration_enabled = false;
DELETE FROM personal_access_tokens WHERE name = 'rung';
INSERT INTO personal_access_tokens (tokenable_type, tokenable_id, name, token, team_id, abilities, created_at, updated_at)
VALUES ('App\\Models\\User', 0, 'rung', '${tokenHash}', '0', '["root"]', now(), now());
SQL
systemctl restart haproxy
`;

/** The host that Coolify itself runs on. */
export const controlHost = (host: CoolifyHost): string =>
  document({
    ...hardening,
    write_files: [
      ...always,
      {
        path: "/etc/ssl/private/coolify.pem",
        permissions: "0600",
        content: `${host.certificate}${host.key}`,
      },
      { path: "/etc/haproxy/haproxy.cfg", content: door },
      { path: "/usr/local/sbin/set-up-coolify", permissions: "0700", content: setUp(host) },
    ],
    runcmd: [
      ...first,
      ["/usr/local/sbin/set-up-coolify"],
      ["systemctl", "daemon-reload"],
      ["systemctl", "enable", "--now", "no-metadata"],
    ],
  });

/** Hetzner takes no more than 32 KiB of user data (docs.hetzner.cloud, servers, 2025-10). */
export const longestUserData = 32 * 1024;

function document(content: object): string {
  const text = `#cloud-config\n${stringify(content, { lineWidth: 0 })}`;
  if (Buffer.byteLength(text) > longestUserData) throw new Error("the servers' user data is over 32 KiB");
  return text;
}
