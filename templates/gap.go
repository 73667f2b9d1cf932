package templates

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// A page that is kept for several people has gaps where it differs between
// them. A gap stands between two marks, which no text of a page can hold: its
// name and, behind separators, what may stand in it. Text that people write
// is cleaned of these characters before it is stored.
const (
	GapMark      = "\x00"
	GapSeparator = "\x01"
	// GapAccount is the gap for Account.
	GapAccount = "account"
)

// gap leaves a gap of a name, with what may stand in it.
func gap(name string, choices ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, GapMark+name); err != nil {
			return err
		}
		for _, choice := range choices {
			if _, err := io.WriteString(w, GapSeparator); err != nil {
				return err
			}
			if err := choice.Render(ctx, w); err != nil {
				return err
			}
		}
		_, err := io.WriteString(w, GapMark)
		return err
	})
}

// asIf is the button of somebody who has voted, or not.
func (p VoteButtonProps) asIf(voted bool) templ.Component {
	p.Gap, p.Voted = "", voted
	return VoteButton(p)
}
