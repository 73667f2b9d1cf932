package aftermath

import (
	"strconv"
	"strings"
	"time"

	"grassroots/models"
)

// Limits of awards.
const (
	MaxPurpose   = 500
	MaxAwardNote = 1000
	// MostPence is the most that one award or a fund can be: a billion pounds.
	MostPence = 100_000_000_000
)

// Award is what was awarded to an entry of a campaign.
type Award struct {
	ID           string
	CampaignID   string
	CaseStudyID  string
	Pence        int64
	Purpose      string
	Organisation string // ODS code of who is paid; empty when that is not said
	AwardedOn    string // YYYY-MM-DD
	Note         string // for organisers
	PersonID     string // who recorded it
	Version      int
	CreatedAt    time.Time
	UpdatedAt    time.Time

	// Read with it.
	Slug, Title, OrgName string
}

// Fund is what there is to award in a campaign.
type Fund struct {
	CampaignID string
	Pence      int64
	Version    int // 0 when none is set
}

// Pounds writes pence as people do: £1,250.50, or £300 where there are no pence.
func Pounds(pence int64) string {
	whole, rest := strconv.FormatInt(pence/100, 10), pence%100
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if rest == 0 {
		return "£" + whole
	}
	return "£" + whole + "." + strconv.FormatInt(rest/10, 10) + strconv.FormatInt(rest%10, 10)
}

// ParsePounds reads an amount in pounds and pence, such as 1,250.50 or £300, into pence.
// It reads digits alone: no amount goes through a fraction that is not exact.
func ParsePounds(text string) (pence int64, ok bool) {
	text = strings.TrimSpace(strings.TrimPrefix(models.CleanLine(text), "£"))
	whole, part, dotted := strings.Cut(strings.ReplaceAll(text, ",", ""), ".")
	if dotted && (len(part) == 0 || len(part) > 2) || whole == "" || len(whole) > 10 {
		return 0, false
	}
	for len(part) < 2 {
		part += "0"
	}
	for _, c := range whole + part {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	pence, err := strconv.ParseInt(whole+part, 10, 64)
	return pence, err == nil && pence <= MostPence
}

// PoundsInput writes pence as a form takes them; nothing for none.
func PoundsInput(pence int64) string {
	if pence == 0 {
		return ""
	}
	return strings.ReplaceAll(strings.TrimPrefix(Pounds(pence), "£"), ",", "")
}

// Clean checks an award, but for the amount as it was typed. The day is checked against
// today as it is in London.
func (a *Award) Clean(today string) error {
	var fields []models.FieldError
	add := func(field, message string) {
		fields = append(fields, models.FieldError{Field: field, Message: message})
	}
	a.Purpose, a.Note, a.AwardedOn = models.CleanLine(a.Purpose), strings.TrimSpace(models.CleanText(a.Note)), models.CleanLine(a.AwardedOn)
	if a.Pence <= 0 || a.Pence > MostPence {
		add("amount", "Enter an amount in pounds and pence, such as 1,250.50")
	}
	switch n := len([]rune(a.Purpose)); {
	case n == 0:
		add("purpose", "Say what it is for")
	case n > MaxPurpose:
		add("purpose", "What it is for must be 500 characters or fewer")
	}
	if len([]rune(a.Note)) > MaxAwardNote {
		add("note", "The note must be 1,000 characters or fewer")
	}
	switch _, err := time.Parse(time.DateOnly, a.AwardedOn); {
	case err != nil || a.AwardedOn < "2000":
		add("awarded_on", "Enter the day on which it was awarded")
	case a.AwardedOn > today:
		add("awarded_on", "Enter a day that is not in the future")
	}
	if len(fields) > 0 {
		return &models.Error{Kind: models.Invalid, Message: "The award was not saved.", Fields: fields}
	}
	return nil
}

// Sum adds awards up.
func Sum(list []Award) (pence int64) {
	for _, a := range list {
		pence += a.Pence
	}
	return pence
}
