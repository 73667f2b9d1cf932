package app

import (
	"grassroots/app/impact"
	"grassroots/app/voices"
)

// impact makes the features of what came of things and of who is heard, and has those who
// adopt something asked how far they are.
func (a *App) impact(d Deps) together {
	a.Adoptions.FollowUp(d.Queue, d.Mail)
	return together{voices.New(a.Site, d.Queue), impact.New(a.Site)}
}
