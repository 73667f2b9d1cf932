// Package models is the domain of Grassroots: case studies and what surrounds
// them, their rules, and the kinds of error that the rest of the house speaks.
// It imports the standard library alone, so that the rules can be read and
// tested without a database, a web server or a search engine.
//
// All times are UTC. Text is UTF-8.
package models
