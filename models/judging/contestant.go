package judging

import (
	"regexp"
	"slices"
	"strings"
)

// Contestant is an entry of a campaign as voters and judges see it.
type Contestant struct {
	CaseStudyID, Slug, Title, Summary string
	Organisation, OrgName, Byline     string
	OwnerID                           string
	Team                              []string // ids of those who may edit it, its owner among them
	TeamNames, TeamHandles            []string
	Organisations                     []string // ODS codes of the entry and of its team
}

// IsOwn tells whether a person is one of those who entered.
func (c *Contestant) IsOwn(personID string) bool { return slices.Contains(c.Team, personID) }

// Hidden is what stands in place of what blind judging hides.
const Hidden = "[hidden]"

// Hide takes what tells who entered out of a text: the names and handles of the team,
// the byline, and the name and code of the organisation. What a text says in other words
// it cannot know.
func (c *Contestant) Hide(text string) string {
	words := slices.Concat(c.TeamNames, c.TeamHandles, c.Organisations, []string{c.Byline, c.OrgName, c.Organisation})
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) }) // a longer one may begin with a shorter
	for _, w := range words {
		w = strings.TrimSpace(w)
		if len(w) < 3 {
			continue
		}
		if at, err := regexp.Compile(`(?i)(^|[^\pL\pN])@?` + regexp.QuoteMeta(w) + `($|[^\pL\pN])`); err == nil {
			for range 2 { // neighbours share the character between them
				text = at.ReplaceAllString(text, "${1}"+Hidden+"${2}")
			}
		}
	}
	return text
}

var (
	inlineLink  = regexp.MustCompile(`!?\[([^\]\n]*)\]\([^)\n]*\)`)
	bareAddress = regexp.MustCompile(`(?i)\b(https?://|www\.)[^\s<>)\]]+|[^\s<>()\[\]]+@[^\s<>()\[\]]+\.[a-z]+`)
)

// HideBody is Hide for a text in Markdown: links lose where they lead to, and web and
// e-mail addresses go, as they say whose they are. Pictures stay.
func (c *Contestant) HideBody(markdown string) string {
	markdown = inlineLink.ReplaceAllStringFunc(markdown, func(link string) string {
		if strings.HasPrefix(link, "!") {
			return link
		}
		return inlineLink.FindStringSubmatch(link)[1]
	})
	return c.Hide(bareAddress.ReplaceAllString(markdown, Hidden))
}
