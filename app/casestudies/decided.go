package casestudies

import (
	"time"

	"grassroots/models"
)

// apiDecided is what was decided about a case study.
type apiDecided struct {
	Status string    `json:"status" enum:"considering,planned,taken-forward,not-taken-forward"`
	Reason string    `json:"reason"`
	Made   time.Time `json:"made"`
}

func decidedOf(d models.Decision) *apiDecided {
	if d.Status == "" {
		return nil
	}
	return &apiDecided{string(d.Status), d.Reason, d.MadeAt.UTC()}
}
