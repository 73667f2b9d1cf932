package app

import (
	"grassroots/app/impact"
	"grassroots/app/voices"
)

// impact makes the features of what came of things and of who is heard.
func (a *App) impact(d Deps) together {
	return together{voices.New(a.Site, d.Queue), impact.New(a.Site)}
}
