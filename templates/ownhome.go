package templates

// OwnHomePage is the start page of somebody who is signed in.
type OwnHomePage struct {
	Name            string
	Ask             bool // one of the three questions is open
	Organisation    string
	OrganisationURL string
	Places          bool // there is an organisation to compare others with
	Waits           []WaitLine
	Picked          bool // Picks fit the person; else they are what is active
	Picks           []LikeMineLine
	Ideas           []ListCardProps
	OwnIdeas        bool // they are about the person's systems
	Systems         []Crumb
}

// WaitLine is one thing that waits, in words around a name that somebody gave it.
type WaitLine struct{ Text, Name, After, URL string }
