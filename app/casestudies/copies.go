package casestudies

import (
	"time"

	"grassroots/models"
)

// apiOrigin says of a case study where it is from.
type apiOrigin struct {
	Site     string     `json:"site" format:"uri" doc:"The instance that it is from, which alone changes it."`
	URL      string     `json:"url" format:"uri" doc:"Its page there."`
	Revision int        `json:"revision" doc:"Its revision there."`
	Checked  *time.Time `json:"checked,omitempty" doc:"When the copy was last seen to be what was signed there; absent when it is not."`
}

func originOf(c *models.Copy) *apiOrigin {
	if c == nil {
		return nil
	}
	o := &apiOrigin{Site: c.OriginURL, URL: c.URL, Revision: c.Revision}
	if c.Fault == "" {
		checked := c.CheckedAt.UTC()
		o.Checked = &checked
	}
	return o
}
