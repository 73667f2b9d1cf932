// Package impact is what came of everything that is posted: who adopted it, how fast, and
// with what benefits. What was measured, what is claimed and what is only estimated stays
// apart.
package impact
