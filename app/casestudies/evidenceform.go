package casestudies

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
)

// readReviewBy reads the day by which somebody should read it again.
func readReviewBy(c *fiber.Ctx, d *models.Document) {
	if web.HasField(c, "review_by") {
		d.ReviewBy = web.Value(c, "review_by")
	}
}

// readEvidence reads the sources of a form. Of a row that is still about the same, what
// the form did not ask stays, and so do keys that it does not know.
func readEvidence(c *fiber.Ctx, old []models.Evidence) (out []models.Evidence) {
	for i := 0; i <= models.MaxEvidence; i++ {
		at := "evidence[" + strconv.Itoa(i) + "]."
		if !web.HasField(c, at+"url") {
			break
		}
		e := models.Evidence{}
		if i < len(old) && old[i].URL == web.Value(c, at+"url") {
			e = old[i]
		}
		for name, to := range map[string]*string{"kind": &e.Kind, "title": &e.Title, "url": &e.URL, "source": &e.Source, "date": &e.Date, "doi": &e.DOI, "pmid": &e.PMID, "benefit": &e.Benefit,
			"claim": &e.Claim, "checked_by": &e.CheckedBy, "checked": &e.Checked} {
			if web.HasField(c, at+name) {
				*to = web.Value(c, at+name)
			}
		}
		if web.HasField(c, at+"authors") {
			e.Authors = nil
			for a := range strings.SplitSeq(web.Value(c, at+"authors"), ";") {
				e.Authors = append(e.Authors, a)
			}
		}
		// Who pastes the address of a DOI as that of the source means the DOI, too.
		if doi := models.CleanDOI(e.URL); e.DOI == "" && doi != e.URL && models.ValidDOI(doi) {
			e.DOI = doi
		}
		out = append(out, e)
	}
	return out
}
