"""The tables of a store, as SQL, and the list of migrations that leads to them.

In: nothing. Out: constants. Every column name is the name of a fact's field; a
``FunctionRef`` is two columns (script, start), a ``Place`` four, a tuple JSON text.
``store/rows.py`` follows the same rule, and a test compares the two.
"""

from __future__ import annotations

APPLICATION_ID = 0x466C7578
"""``Flux`` in the header of the file: what makes it ours."""

RAW = """
CREATE TABLE recordings (
  number INTEGER PRIMARY KEY CHECK (number = 1),
  created_ns INTEGER NOT NULL,
  finished_ns INTEGER,
  derived_ns INTEGER,
  seconds REAL NOT NULL DEFAULT 0,
  zero_ns INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL DEFAULT '{}',
  notes TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE TABLE writers (
  number INTEGER PRIMARY KEY CHECK (number = 1),
  pid INTEGER NOT NULL,
  since_ns INTEGER NOT NULL
) STRICT;
CREATE TABLE processes (
  number INTEGER PRIMARY KEY,
  pid INTEGER NOT NULL,
  node TEXT NOT NULL,
  argv TEXT NOT NULL,
  exec_argv TEXT NOT NULL,
  cwd TEXT NOT NULL,
  entry TEXT NOT NULL,
  env_names TEXT NOT NULL,
  started_ns INTEGER NOT NULL,
  how TEXT NOT NULL CHECK (how IN ('attached', 'launched'))
) STRICT;
CREATE TABLE scripts (
  number INTEGER PRIMARY KEY,
  url TEXT NOT NULL,
  path TEXT,
  sha256 TEXT NOT NULL,
  length INTEGER NOT NULL,
  kind TEXT NOT NULL
    CHECK (kind IN ('commonjs', 'module', 'script', 'eval', 'internal')),
  text TEXT
) STRICT;
CREATE TABLE functions (
  script INTEGER NOT NULL REFERENCES scripts (number),
  start INTEGER NOT NULL,
  end INTEGER NOT NULL,
  name TEXT NOT NULL,
  line INTEGER NOT NULL,
  column INTEGER NOT NULL,
  parameters TEXT NOT NULL,
  PRIMARY KEY (script, start)
) STRICT;
CREATE TABLE journal (
  number INTEGER PRIMARY KEY,
  received_ns INTEGER NOT NULL,
  abi INTEGER NOT NULL,
  block BLOB NOT NULL
) STRICT;
CREATE TABLE profile (
  number INTEGER PRIMARY KEY CHECK (number = 1),
  text TEXT NOT NULL
) STRICT;
CREATE TABLE audit (
  number INTEGER PRIMARY KEY,
  at_ns INTEGER NOT NULL,
  what TEXT NOT NULL
) STRICT;
CREATE TABLE refusals (
  number INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  script INTEGER,
  start INTEGER,
  place_script INTEGER,
  place_offset INTEGER,
  place_line INTEGER,
  place_column INTEGER,
  reason TEXT NOT NULL,
  evidence TEXT NOT NULL,
  remedy TEXT NOT NULL
) STRICT;
CREATE TABLE plans (
  number INTEGER PRIMARY KEY,
  made_ns INTEGER NOT NULL,
  plan TEXT NOT NULL
) STRICT;
CREATE TABLE decisions (
  plan INTEGER NOT NULL REFERENCES plans (number),
  id TEXT NOT NULL,
  file TEXT NOT NULL,
  line INTEGER NOT NULL,
  name TEXT NOT NULL,
  shape TEXT,
  decision TEXT NOT NULL,
  gain_ms REAL,
  code TEXT,
  reason TEXT
) STRICT;
"""
"""What was put down as it came; nothing else can make these rows again."""

_FUNCTION = """
  script INTEGER NOT NULL,
  start INTEGER NOT NULL,"""
_OF_FUNCTION = "FOREIGN KEY (script, start) REFERENCES functions (script, start)"

DERIVED = f"""
CREATE TABLE rupture_points (
  number INTEGER PRIMARY KEY,{_FUNCTION}
  kind TEXT NOT NULL CHECK (kind IN ('start', 'post', 'internal')),
  definition_script INTEGER NOT NULL,
  definition_offset INTEGER NOT NULL,
  definition_line INTEGER NOT NULL,
  definition_column INTEGER NOT NULL,
  creation_script INTEGER,
  creation_offset INTEGER,
  creation_line INTEGER,
  creation_column INTEGER,
  registration_script INTEGER,
  registration_offset INTEGER,
  registration_line INTEGER,
  registration_column INTEGER,
  basis TEXT NOT NULL CHECK (basis IN ('seen', 'static')),
  registrar TEXT NOT NULL,
  activations INTEGER NOT NULL,
  {_OF_FUNCTION}
) STRICT;
CREATE TABLE activations (
  number INTEGER PRIMARY KEY,{_FUNCTION}
  closure INTEGER NOT NULL,
  parent INTEGER NOT NULL,
  cause INTEGER NOT NULL,
  turn INTEGER NOT NULL,
  started_us INTEGER NOT NULL,
  ended_us INTEGER NOT NULL CHECK (ended_us >= started_us),
  outcome TEXT NOT NULL
    CHECK (outcome IN ('undefined', 'value', 'promise', 'throw', 'open')),
  {_OF_FUNCTION}
) STRICT;
CREATE TABLE edges (
  type TEXT NOT NULL CHECK (type IN ('call', 'cause')),
  source_script INTEGER NOT NULL,
  source_start INTEGER NOT NULL,
  target_script INTEGER NOT NULL,
  target_start INTEGER NOT NULL,
  count INTEGER NOT NULL,
  FOREIGN KEY (source_script, source_start) REFERENCES functions (script, start),
  FOREIGN KEY (target_script, target_start) REFERENCES functions (script, start)
) STRICT;
CREATE TABLE afters ({_FUNCTION}
  then_script INTEGER NOT NULL,
  then_start INTEGER NOT NULL,
  count INTEGER NOT NULL,
  {_OF_FUNCTION},
  FOREIGN KEY (then_script, then_start) REFERENCES functions (script, start)
) STRICT;
CREATE TABLE cells (
  number INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK
    (kind IN ('argument', 'capture', 'this', 'module', 'global', 'property')),
  base INTEGER NOT NULL,
  key TEXT NOT NULL,
  label TEXT NOT NULL,
  script INTEGER,
  start INTEGER,
  declared_script INTEGER,
  declared_offset INTEGER,
  declared_line INTEGER,
  declared_column INTEGER
) STRICT;
CREATE TABLE effects ({_FUNCTION}
  cell INTEGER NOT NULL REFERENCES cells (number),
  operation TEXT NOT NULL CHECK (operation IN ('read', 'write')),
  count INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  sites TEXT NOT NULL,
  {_OF_FUNCTION}
) STRICT;
CREATE TABLE flows (
  cell INTEGER NOT NULL REFERENCES cells (number),
  writer_script INTEGER NOT NULL,
  writer_start INTEGER NOT NULL,
  reader_script INTEGER NOT NULL,
  reader_start INTEGER NOT NULL,
  count INTEGER NOT NULL,
  FOREIGN KEY (writer_script, writer_start) REFERENCES functions (script, start),
  FOREIGN KEY (reader_script, reader_start) REFERENCES functions (script, start)
) STRICT;
CREATE TABLE opaques ({_FUNCTION}
  site INTEGER NOT NULL,
  what TEXT NOT NULL,
  count INTEGER NOT NULL,
  {_OF_FUNCTION}
) STRICT;
CREATE TABLE costs ({_FUNCTION}
  activations INTEGER NOT NULL,
  estimated INTEGER NOT NULL,
  total_us INTEGER NOT NULL,
  p50_us INTEGER NOT NULL,
  p99_us INTEGER NOT NULL,
  max_us INTEGER NOT NULL,
  wait_us INTEGER NOT NULL,
  PRIMARY KEY (script, start),
  {_OF_FUNCTION}
) STRICT;
CREATE TABLE call_sites ({_FUNCTION}
  site INTEGER NOT NULL,
  count INTEGER NOT NULL,
  total_us INTEGER NOT NULL,
  p50_us INTEGER NOT NULL,
  max_us INTEGER NOT NULL,
  {_OF_FUNCTION}
) STRICT;
CREATE TABLE frames (
  number INTEGER PRIMARY KEY,
  parent INTEGER NOT NULL,
  script INTEGER NOT NULL,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  line INTEGER NOT NULL,
  column INTEGER NOT NULL,
  function_script INTEGER,
  function_start INTEGER,
  self_us INTEGER NOT NULL,
  total_us INTEGER NOT NULL CHECK (total_us >= self_us),
  FOREIGN KEY (function_script, function_start) REFERENCES functions (script, start)
) STRICT;
CREATE TABLE stacks (
  number INTEGER PRIMARY KEY,{_FUNCTION}
  frames TEXT NOT NULL,
  count INTEGER NOT NULL,
  {_OF_FUNCTION}
) STRICT;
CREATE TABLE value_shapes ({_FUNCTION}
  slot TEXT NOT NULL,
  shape TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  count INTEGER NOT NULL,
  {_OF_FUNCTION}
) STRICT;
CREATE TABLE drops ({_FUNCTION}
  seen INTEGER NOT NULL,
  kept INTEGER NOT NULL,
  dropped INTEGER NOT NULL,
  PRIMARY KEY (script, start),
  CHECK (seen = kept + dropped),
  {_OF_FUNCTION}
) STRICT;
CREATE TABLE requests (
  number INTEGER PRIMARY KEY,
  at_us INTEGER NOT NULL,
  connection INTEGER NOT NULL,
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  headers TEXT NOT NULL,
  body BLOB NOT NULL,
  redacted INTEGER NOT NULL CHECK (redacted IN (0, 1))
) STRICT;
CREATE INDEX activations_by_function ON activations (script, start);
CREATE INDEX effects_by_function ON effects (script, start);
CREATE INDEX effects_by_cell ON effects (cell);
CREATE INDEX frames_by_parent ON frames (parent);
"""
"""What ``profiler.derive`` made of the rows above; it can make them again."""

ISOLATES = """
ALTER TABLE processes ADD COLUMN thread INTEGER NOT NULL DEFAULT 0;
ALTER TABLE processes ADD COLUMN parent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE processes ADD COLUMN role TEXT NOT NULL DEFAULT 'main'
  CHECK (role IN ('main', 'cluster', 'child', 'thread'));
ALTER TABLE journal ADD COLUMN process INTEGER NOT NULL DEFAULT 1;
ALTER TABLE activations ADD COLUMN process INTEGER NOT NULL DEFAULT 1;
ALTER TABLE requests ADD COLUMN process INTEGER NOT NULL DEFAULT 1;
CREATE TABLE old_drops AS SELECT * FROM drops;
DROP TABLE drops;
CREATE TABLE drops (
  script INTEGER NOT NULL,
  start INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  kept INTEGER NOT NULL,
  dropped INTEGER NOT NULL,
  process INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (script, start, process),
  CHECK (seen = kept + dropped),
  FOREIGN KEY (script, start) REFERENCES functions (script, start)
) STRICT;
INSERT INTO drops (script, start, seen, kept, dropped)
  SELECT script, start, seen, kept, dropped FROM old_drops;
DROP TABLE old_drops;
CREATE TABLE probe_costs (
  process INTEGER PRIMARY KEY,
  probe_us INTEGER NOT NULL,
  main_us INTEGER NOT NULL,
  rss_bytes INTEGER NOT NULL
) STRICT;
"""
"""Several isolates in one recording. No table is renamed: that would touch a user's
own views."""

ORIGINS = """
ALTER TABLE effects ADD COLUMN processes TEXT NOT NULL DEFAULT '[1]';
CREATE TABLE origins (
  script INTEGER NOT NULL REFERENCES scripts (number),
  start INTEGER NOT NULL,
  source TEXT NOT NULL,
  line INTEGER NOT NULL,
  column INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (script, start)
) STRICT;
"""
"""What the user wrote, where the target runs something made from it."""

LEADS = """
CREATE TABLE leads (
  activation INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  kind TEXT NOT NULL
    CHECK (kind IN ('handed', 'made', 'called', 'stack', 'settled', 'resumed',
      'again', 'queued')),
  source INTEGER NOT NULL,
  since_us INTEGER NOT NULL
) STRICT;
CREATE INDEX leads_by_activation ON leads (activation);
"""
"""What each run follows from."""

RACES = """
CREATE TABLE races (
  cell INTEGER NOT NULL REFERENCES cells (number),
  kind TEXT NOT NULL CHECK (kind IN ('split', 'order')),
  script INTEGER NOT NULL,
  start INTEGER NOT NULL,
  then_script INTEGER NOT NULL,
  then_start INTEGER NOT NULL,
  count INTEGER NOT NULL,
  activation INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  wrote INTEGER NOT NULL CHECK (wrote IN (0, 1)),
  then_activation INTEGER NOT NULL,
  then_at_us INTEGER NOT NULL,
  then_wrote INTEGER NOT NULL CHECK (then_wrote IN (0, 1)),
  FOREIGN KEY (script, start) REFERENCES functions (script, start),
  FOREIGN KEY (then_script, then_start) REFERENCES functions (script, start)
) STRICT;
"""
"""Who touches what in no order."""

COVERAGE = """
CREATE TABLE coverage (
  script INTEGER NOT NULL REFERENCES scripts (number),
  basis TEXT NOT NULL CHECK (basis IN ('block', 'line')),
  at INTEGER NOT NULL,
  PRIMARY KEY (script, basis, at)
) STRICT;
"""
"""What ran, finer than a function."""

AWAITS = f"""
CREATE TABLE awaits (
  number INTEGER PRIMARY KEY,{_FUNCTION}
  kind TEXT NOT NULL CHECK (kind = 'post'),
  definition_script INTEGER NOT NULL,
  definition_offset INTEGER NOT NULL,
  definition_line INTEGER NOT NULL,
  definition_column INTEGER NOT NULL,
  creation_script INTEGER NOT NULL,
  creation_offset INTEGER NOT NULL,
  creation_line INTEGER NOT NULL,
  creation_column INTEGER NOT NULL,
  registration_script INTEGER NOT NULL,
  registration_offset INTEGER NOT NULL,
  registration_line INTEGER NOT NULL,
  registration_column INTEGER NOT NULL,
  basis TEXT NOT NULL CHECK (basis = 'seen'),
  registrar TEXT NOT NULL,
  activations INTEGER NOT NULL,
  {_OF_FUNCTION}
) STRICT;
"""
"""Rupture points that no function is handed over at: the rest of one runs there."""

SENT = """
CREATE TABLE leads_before AS SELECT * FROM leads;
DROP TABLE leads;
CREATE TABLE leads (
  activation INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  kind TEXT NOT NULL
    CHECK (kind IN ('handed', 'made', 'called', 'stack', 'settled', 'resumed',
      'again', 'queued', 'sent')),
  source INTEGER NOT NULL,
  since_us INTEGER NOT NULL
) STRICT;
INSERT INTO leads SELECT * FROM leads_before;
DROP TABLE leads_before;
CREATE INDEX leads_by_activation ON leads (activation);
"""
"""What was sent leads to what it arrives at."""
