# Writes lines of columns divided by tabs, the first line their names, as Spark's DataFrame.show does: the first 20
# rows, cells of at most 20 characters, on the right of their columns. An empty batch has no first line: -v columns=…
BEGIN {
  FS = "\t"
  count = split(columns, names, "\t")
  for (column = 1; column <= count; column++) put(0, column, names[column])
}
NR == 1 { next }
NR <= 21 { for (column = 1; column <= count; column++) put(NR - 1, column, $column) }
END {
  rows = NR > 21 ? 20 : NR - 1
  rule = "+"
  for (column = 1; column <= count; column++) rule = rule substr("--------------------", 1, width[column]) "+"
  print "========= " time " ms ========="
  print rule
  for (row = 0; row <= rows || row == 0; row++) {
    line = "|"
    for (column = 1; column <= count; column++) line = line sprintf("%" width[column] "s", cells[row, column]) "|"
    print line
    if (row == 0) print rule
  }
  print rule
  if (NR > 21) print "only showing top 20 rows"
  print ""
}
function put(row, column, text) {
  if (length(text) > 20) text = substr(text, 1, 17) "..."
  cells[row, column] = text
  if (width[column] < 3) width[column] = 3
  if (length(text) > width[column]) width[column] = length(text)
}
