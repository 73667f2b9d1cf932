// Package aftermath is what comes of a campaign: whom it reached, how it went from day to
// day, what was awarded, what became of it, and what was learnt.
package aftermath
