package models

import (
	"slices"
	"strings"
	"time"
)

// What a new account may do within 24 hours, and within one comment. It is
// enough for a person who has something to say, and too little for a program
// that has something to sell.
const (
	NewcomerStudies   = 3  // case studies within 24 hours
	NewcomerComments  = 10 // comments within 24 hours
	NewcomerReports   = 5  // reports within 24 hours
	NewcomerAdoptions = 3  // adoptions begun within 24 hours
	NewcomerMentions  = 3  // people who are told of one comment
	NewcomerLinks     = 2  // links to other sites in one comment
)

// Trust says when an account is new no longer. The zero value takes every
// account as it comes.
type Trust struct {
	After time.Duration // age of the account
	Posts int           // of case studies and comments that still stand
}

// Knows tells whether the site knows enough of a person to set them no limits of
// new accounts, whatever they have posted: a lead or an admin has said who they
// are, or they are invented.
func (t Trust) Knows(p *Person) bool {
	more := func(g Grant) bool { return g.Role != RoleMember }
	return t == Trust{} || p.Demo || p.Confirmed != "" || slices.ContainsFunc(p.Grants, more)
}

// ErrNewcomer says that somebody has reached a limit of new accounts. Doing is
// what they have done, with its number.
func ErrNewcomer(doing string) error {
	return &Error{Kind: TooMany, After: 24 * time.Hour,
		Message: "Your account is new, and has " + doing + " within a day, which is the most for now. Send this tomorrow. A lead of your organisation can confirm that you work there: then there is no such limit."}
}

// NewcomerComment tells why a comment of a new account is not taken; nil when it
// is. html is the text as readers see it, own the address of this site.
func NewcomerComment(html, own string, mentioned int) error {
	if mentioned > NewcomerMentions {
		return &Error{Kind: Invalid, Message: "The comment was not posted.", Fields: []FieldError{{Field: "body",
			Message: "Your account is new, so a comment can mention 3 people at most. Take some of them out"}}}
	}
	if links := strings.Count(html, `href="http`) - strings.Count(html, `href="`+own+"/"); links > NewcomerLinks {
		return &Error{Kind: Invalid, Message: "The comment was not posted.", Fields: []FieldError{{Field: "body",
			Message: "Your account is new, so a comment can have 2 links to other sites at most. Take some of them out"}}}
	}
	return nil
}

// NewcomerAdoption tells why what a new account says of an adoption is not taken;
// nil when it is.
func NewcomerAdoption(a *Adoption) error {
	var p problems
	a.EachText(func(field string, text *string) {
		if strings.Count(*text, "://") > NewcomerLinks {
			p.add(field, "Your account is new, so a text can have %d links at most. Take some of them out", NewcomerLinks)
		}
	})
	return p.err("The adoption was not saved.")
}
