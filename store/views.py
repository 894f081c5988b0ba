"""The views of a store: the questions that a person asks with ``sqlite3``.

In: nothing. Out: view name -> SELECT. Times are shown as text, functions by name,
file and line. Nothing from outside goes into the text.
"""

# ruff: noqa: S608

from __future__ import annotations

_NAME = "coalesce(nullif(o.name, ''), nullif(f.name, ''), '(anonymous)')"
_WHERE = (
    "coalesce(o.source || ':' || o.line || ':' || o.column, "
    "coalesce(s.path, s.url) || ':' || f.line || ':' || f.column)"
)
"""What the user wrote, where a source map knew it."""


def _of(table: str) -> str:
    """Join a table's function and its script as f and s."""
    return (
        f"JOIN functions f ON f.script = {table}.script AND f.start = {table}.start "
        "JOIN scripts s ON s.number = f.script "
        f"LEFT JOIN origins o ON o.script = {table}.script AND o.start = {table}.start"
    )


def _utc(nanoseconds: str) -> str:
    """Show nanoseconds since the epoch as text with milliseconds."""
    return (
        "strftime('%Y-%m-%d %H:%M:%S', "
        f"({nanoseconds}) / 1000000000, 'unixepoch') || "
        f"printf('.%03d', ({nanoseconds}) / 1000000 % 1000)"
    )


_ISOLATE = """CASE p.role WHEN 'thread' THEN 'thread ' || p.thread || ' of '
  ELSE '' END || 'pid ' || p.pid"""
_ZERO = "(SELECT zero_ns FROM recordings)"

VIEWS = {
    "hot_callbacks": f"""
SELECT {_NAME} AS function, {_WHERE} AS defined, c.activations, c.estimated,
  round(c.total_us / 1000.0, 3) AS total_ms, c.p50_us / 1000.0 AS p50_ms,
  c.p99_us / 1000.0 AS p99_ms, c.max_us / 1000.0 AS max_ms,
  c.wait_us / 1000.0 AS wait_ms,
  (SELECT group_concat(DISTINCT r.kind) FROM rupture_points r
    WHERE r.script = c.script AND r.start = c.start) AS kind
FROM costs c {_of("c")} ORDER BY c.total_us DESC""",
    "callbacks": f"""
SELECT {_NAME} AS function, r.kind, r.activations, {_WHERE} AS defined,
  nullif(r.registrar, '') AS handed_to,
  coalesce(q.source || ':' || q.line || ':' || q.column,
    coalesce(p.path, p.url) || CASE WHEN r.registration_line > 0
    THEN ':' || r.registration_line || ':' || r.registration_column
    ELSE ' at offset ' || r.registration_offset END) AS registered, r.basis
FROM rupture_points r {_of("r")}
LEFT JOIN scripts p ON p.number = r.registration_script
LEFT JOIN origins q ON q.script = r.registration_script
  AND q.start = r.registration_offset
ORDER BY r.activations DESC""",
    "chains": """
SELECT coalesce(nullif(so.name, ''), nullif(s.name, ''), '(anonymous)') AS function,
  coalesce(so.line, s.line) AS line, e.type AS leads_by,
  coalesce(nullif(wo.name, ''), nullif(t.name, ''), '(anonymous)') AS leads_to,
  coalesce(wo.line, t.line) AS its_line, e.count
FROM edges e
JOIN functions s ON s.script = e.source_script AND s.start = e.source_start
JOIN functions t ON t.script = e.target_script AND t.start = e.target_start
LEFT JOIN origins so ON so.script = e.source_script AND so.start = e.source_start
LEFT JOIN origins wo ON wo.script = e.target_script AND wo.start = e.target_start
ORDER BY e.count DESC""",
    "what_follows_what": """
SELECT l.activation AS run, coalesce(nullif(f.name, ''), '(anonymous)') AS function,
  l.kind AS because, nullif(l.source, 0) AS after_run,
  coalesce(nullif(g.name, ''), '(anonymous)') AS after_function,
  l.at_us / 1000.0 AS at_ms, l.since_us / 1000.0 AS since_ms
FROM leads l
LEFT JOIN activations a ON a.number = l.activation
LEFT JOIN functions f ON f.script = a.script AND f.start = a.start
LEFT JOIN activations b ON b.number = l.source
LEFT JOIN functions g ON g.script = b.script AND g.start = b.start
ORDER BY l.at_us""",
    "who_writes_what": f"""
SELECT c.label AS cell, {_NAME} AS function, {_WHERE} AS defined, e.count,
  e.first AS first_activation, e.last AS last_activation, c.number AS cell_number
FROM effects e {_of("e")} JOIN cells c ON c.number = e.cell
WHERE e.operation = 'write' ORDER BY c.label, e.count DESC""",
    "who_reads_what": f"""
SELECT c.label AS cell, {_NAME} AS function, {_WHERE} AS defined, e.count,
  e.first AS first_activation, e.last AS last_activation, c.number AS cell_number
FROM effects e {_of("e")} JOIN cells c ON c.number = e.cell
WHERE e.operation = 'read' ORDER BY c.label, e.count DESC""",
    "who_feeds_whom": """
SELECT c.label AS cell, coalesce(nullif(wo.name, ''), w.name) AS writer,
  coalesce(wo.line, w.line) AS writer_line,
  coalesce(nullif(ro.name, ''), r.name) AS reader,
  coalesce(ro.line, r.line) AS reader_line, l.count
FROM flows l JOIN cells c ON c.number = l.cell
JOIN functions w ON w.script = l.writer_script AND w.start = l.writer_start
JOIN functions r ON r.script = l.reader_script AND r.start = l.reader_start
LEFT JOIN origins wo ON wo.script = l.writer_script AND wo.start = l.writer_start
LEFT JOIN origins ro ON ro.script = l.reader_script AND ro.start = l.reader_start
ORDER BY l.count DESC""",
    "dropped": f"""
SELECT {_NAME} AS function, {_WHERE} AS defined, d.seen, d.kept, d.dropped,
  round(100.0 * d.dropped / max(d.seen, 1), 2) AS percent, d.process AS isolate
FROM drops d {_of("d")} WHERE d.dropped > 0 ORDER BY d.dropped DESC""",
    "runs": f"""
SELECT a.number, {_NAME} AS function, {_ISOLATE} AS isolate,
  {_utc(f"{_ZERO} + a.started_us * 1000")} AS started,
  (a.ended_us - a.started_us) / 1000.0 AS ms, a.outcome, a.parent, a.cause, a.turn,
  p.pid, p.thread
FROM activations a {_of("a")} LEFT JOIN processes p ON p.number = a.process
ORDER BY a.started_us""",
    "isolates": f"""
SELECT p.number, {_ISOLATE} AS isolate, p.pid, p.thread, p.role,
  nullif(p.parent, 0) AS started_by, p.node, p.entry,
  (SELECT count(*) FROM journal j WHERE j.process = p.number) AS blocks,
  (SELECT count(*) FROM activations a WHERE a.process = p.number) AS kept_runs,
  (SELECT coalesce(sum(d.seen), 0) FROM drops d WHERE d.process = p.number) AS seen,
  (SELECT coalesce(sum(d.dropped), 0) FROM drops d
    WHERE d.process = p.number) AS dropped,
  c.probe_us / 1000.0 AS probe_ms, c.main_us / 1000.0 AS cpu_ms,
  round(100.0 * c.probe_us / max(c.main_us, 1), 2) AS overhead_percent,
  c.rss_bytes / 1048576 AS rss_mb
FROM processes p LEFT JOIN probe_costs c ON c.process = p.number
ORDER BY p.number""",
    "blocks": f"""
SELECT number, {_utc("received_ns")} AS received, length(block) AS bytes, abi,
  process AS isolate
FROM journal ORDER BY number""",
    "story": f"""
SELECT {_utc("at_ns")} AS at, what FROM audit ORDER BY number""",
    "hot_frames": """
SELECT coalesce(nullif(o.name, ''), f.name) AS name, coalesce(o.source, f.url) AS url,
  coalesce(o.line, f.line) AS line, coalesce(o.column, f.column) AS column,
  sum(f.self_us) / 1000.0 AS self_ms, count(*) AS places
FROM frames f LEFT JOIN origins o
  ON o.script = f.function_script AND o.start = f.function_start
GROUP BY 1, 2, 3, 4 ORDER BY sum(f.self_us) DESC""",
    "planned": """
SELECT d.id, coalesce(nullif(d.name, ''), '(anonymous)') AS function,
  d.file || ':' || d.line AS defined, d.decision, d.shape, d.gain_ms, d.code, d.reason
FROM decisions d WHERE d.plan = (SELECT max(number) FROM plans)
ORDER BY d.gain_ms DESC""",
}
