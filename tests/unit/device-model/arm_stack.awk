# Deepest stack below each function named in `roots` (mangled names, parted by blanks), from the
# call graphs that gcc -fcallgraph-info=su writes. Prints one line per root: bytes and the way down,
# then the names that no graph knows: the memory functions and the compiler's runtime, counted as 0.
# A virtual call is a call into the port and counts as 0 too: a board adds its drivers and crypto.
# The other calls through a pointer are those of a record's fields, which are followed.
function between(text, before, after,    rest) {
  rest = substr(text, index(text, before) + length(before))
  return substr(rest, 1, index(rest, after) - 1)
}

# The name under which a graph knows `f`: what several files have goes by file and name, and a
# constructor has two names.
function found(f) {
  if (!(f in frame)) sub(/^.*:/, "", f)
  if (!(f in frame) && !(f in place)) sub(/C1E/, "C2E", f)
  return (f in frame) || !(f in place) ? f : place[f]
}

# Bytes from `f` down; follows each function once.
function depth(f,    i, n, callees, callee, below, most) {
  f = found(f)
  if (f in known) return known[f]
  if (f in open) { print "recursion through " f; return 0 }
  if (!(f in frame)) { foreign[f] = 1; return 0 }
  open[f] = 1
  n = split(calls[f], callees, "\n")
  for (i = 1; i <= n; ++i) {
    callee = callees[i]
    if (callee == "__indirect_call") continue
    below = depth(callee)
    if (below > most) { most = below; next_down[f] = found(callee) }
  }
  delete open[f]
  known[f] = frame[f] + most
  return known[f]
}

/^node: / && / bytes \(/ {
  title = between($0, "title: \"", "\"")
  size = $0
  sub(/ bytes \(.*/, "", size)
  sub(/.*\\n/, "", size)
  frame[title] = size + 0
  bare = title
  sub(/^.*:/, "", bare)
  place[bare] = title
  if (bare ~ /11record_type.*_FUN/) fields = fields title "\n"
  label[title] = between($0, "label: \"", "\\n")
  if (label[title] ~ / ota::/) sub(/^[^(]* ota::/, "", label[title])
  sub(/\(.*/, "", label[title])
  if ($0 ~ /bytes \(dynamic\)/) print "unbounded frame of " label[title]
}

/^edge: / {
  source = between($0, "sourcename: \"", "\"")
  calls[source] = calls[source] between($0, "targetname: \"", "\"") "\n"
}

END {
  for (f in frame) if (f ~ /(load|store)_fields/) calls[f] = calls[f] fields
  count = split(roots, root, " ")
  for (i = 1; i <= count; ++i) {
    most = depth(root[i])
    way = ""
    for (f = root[i]; f != ""; f = next_down[f]) way = way " > " label[f] " " frame[f]
    print most, substr(way, 4)
  }
  for (f in foreign) if (f != "") names = names " " f
  print "counted as 0:" names
}
