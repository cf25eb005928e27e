vcl 4.1;
# The CDN in front of the app: what the app marks as cacheable is kept, nothing else.
import std;

# The edge's inner door, by a socket on a shared volume: no name to go stale when the edge is replaced.
backend app {
  .path = "/run/inside/app.sock";
  .connect_timeout = 2s;
  .first_byte_timeout = 65s;
  .between_bytes_timeout = 65s;
  .probe = { .url = "/.edge/app"; .interval = 1s; .timeout = 1s; .window = 3; .threshold = 2; .initial = 2; }
}

sub vcl_recv {
  if (req.url == "/.cdn/health") {
    if (std.file_exists("/run/cdn/draining")) { return (synth(503, "Draining")); }
    return (synth(200, "OK"));
  }
  # One site: a made-up Host must not get into what others are served.
  set req.http.Host = std.getenv("PUBLIC_HOST");
  set req.url = std.querysort(req.url);

  if (req.method == "PURGE" || req.method == "BAN") {
    if (req.http.X-Purge-Token != std.getenv("PURGE_TOKEN")) { return (synth(403, "Forbidden")); }
    if (req.method == "PURGE") { return (purge); }
    if (!std.ban("obj.http.X-Url ~ " + req.http.X-Ban-Pattern)) { return (synth(400, std.ban_error())); }
    return (synth(200, "Banned"));
  }
  unset req.http.X-Purge-Token;

  # Varnish adds its own peer; the client's address is the one the edge named.
  set req.http.X-Forwarded-For = regsub(req.http.X-Forwarded-For, ",.*$", "");
  if (req.method != "GET" && req.method != "HEAD") { return (pass); }
  if (req.http.Accept ~ "text/event-stream" || req.http.Upgrade) { return (pipe); }
  if (req.http.Authorization) { return (pass); }

  # While the app answers, a copy is at most ten seconds stale (and is renewed in the background); while it does
  # not, a stale copy is better than none.
  if (std.healthy(req.backend_hint)) { set req.grace = 10s; }
  # Cookies do not stop a lookup: an answer that depends on them must say `private` or `no-store`.
  return (hash);
}

sub vcl_hit { set req.http.X-Cache = "HIT"; }
sub vcl_miss { set req.http.X-Cache = "MISS"; }
sub vcl_pass { set req.http.X-Cache = "PASS"; }

sub vcl_backend_fetch {
  unset bereq.http.X-Cache;
}

sub vcl_backend_response {
  set beresp.http.X-Url = bereq.url;
  if (bereq.uncacheable) { return (deliver); }
  # A background renewal that failed leaves the good copy where it is.
  if (beresp.status >= 500 && bereq.is_bgfetch) { return (abandon); }
  # Remembered for a while as not to be cached, so that requests for it neither queue behind each other nor leave an
  # object each: thousands a second would fill the store of what is only passed on.
  if (beresp.status >= 500) { return (pass(1s)); }
  if (beresp.http.Set-Cookie || beresp.http.Vary ~ "\*"
    || beresp.http.Cache-Control ~ "(?i)(private|no-store|no-cache)" || beresp.ttl <= 0s) {
    return (pass(30s));
  }
  if (beresp.ttl > std.duration(std.getenv("CDN_MAX_AGE") + "s", 0s)) {
    set beresp.ttl = std.duration(std.getenv("CDN_MAX_AGE") + "s", 0s);
  }
  set beresp.grace = 6h;
  return (deliver);
}

sub vcl_deliver {
  set resp.http.X-Cache = req.http.X-Cache;
  if (obj.uncacheable) { set resp.http.X-Cache = "PASS"; }
  unset resp.http.X-Url;
  unset resp.http.X-Varnish;
  unset resp.http.Via;
}

sub vcl_backend_error {
  if (bereq.is_bgfetch) { return (abandon); }
  set beresp.http.Content-Type = "application/problem+json";
  set beresp.http.Cache-Control = "no-store";
  set beresp.body = {"{"title":"The app does not answer","status":503}"};
  return (deliver);
}

sub vcl_synth {
  set resp.http.Content-Type = "text/plain; charset=utf-8";
  set resp.body = resp.reason + {"
"};
  return (deliver);
}
