// Package judging holds the arithmetic of a fair panel and of a fair ballot:
// who judges what, what the scores of a panel say when its judges are not
// equally severe, how far they agree, who ties with whom, and how votes are
// counted. Everything is a pure function over what it is given, so that it can
// be checked against published figures; the standard library alone.
package judging
