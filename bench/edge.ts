/**
 * `node bench/edge.ts`: requests a second through the edge of the stack `dev`, cached and uncached, against nginx as a
 * caching TLS proxy in front of the same replicas, on the same machine, in turn. The stack must be up, with
 * `rung:rateLimitPerMinute` high enough (1000000) that nobody is refused.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { figures, heading, told } from "./measure.ts";

const docker = (...args: string[]) =>
  execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
const [name, port, seconds, rounds] = ["rung-bench-nginx", 18443, 8, 3];

const nginx = `
worker_processes auto;
events { worker_connections 1024; }
http {
  access_log off;
  proxy_cache_path /tmp/cache keys_zone=pages:10m max_size=64m;
  upstream app { server app:3000; keepalive 64; }
  server {
    listen ${port} ssl;
    http2 on;
    ssl_certificate /etc/nginx/cert.pem;
    ssl_certificate_key /etc/nginx/key.pem;
    location / {
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_cache pages;
      proxy_cache_lock on;
    }
  }
}
`;

function startNginx(): void {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  writeFileSync(join(folder, "nginx.conf"), nginx);
  const steps = [
    "FROM rung/debian:trixie",
    "RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends nginx openssl >/dev/null \\",
    " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 -subj /CN=localhost \\",
    "      -keyout /etc/nginx/key.pem -out /etc/nginx/cert.pem 2>/dev/null",
    "COPY nginx.conf /etc/nginx/nginx.conf",
    'CMD ["nginx", "-g", "daemon off;"]',
  ];
  writeFileSync(join(folder, "Dockerfile"), steps.join("\n"));
  docker("build", "--quiet", "--tag", name, folder);
  docker(
    ...["run", "--detach", "--rm", "--name", name, "--network", "pulse-dev-private"],
    ...["--publish", `127.0.0.1:${port}:${port}`, name],
  );
}

async function requestsPerSecond(url: string): Promise<number> {
  const result = await autocannon({ url, connections: 50, duration: seconds });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed`);
  return result.requests.average;
}

process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"; // both sign their own certificates
startNginx();
try {
  await new Promise((resolve) => setTimeout(resolve, 1500));
  heading("Requests a second, 50 connections, HTTP/1.1 over TLS");
  for (const [what, path] of [
    ["cached (the page)", "/"],
    ["uncached (/api/health)", "/api/health"],
  ] as const) {
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await requestsPerSecond(`https://localhost:8443${path}`));
      theirs.push(await requestsPerSecond(`https://localhost:${port}${path}`));
    }
    told(`edge, ${what}`, figures(ours), "/s");
    told(`nginx, ${what}`, figures(theirs), "/s");
    console.log(
      `${"ratio of the medians".padEnd(44)} ${(figures(ours).median / figures(theirs).median).toFixed(2)}\n`,
    );
  }
} finally {
  docker("rm", "--force", name);
}
