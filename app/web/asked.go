package web

import "grassroots/models"

// WhyAsked says to a person why they are asked about an idea: by what they say
// that they know.
func WhyAsked(v *Vocabulary, why []models.Known) string {
	var know, settings []string
	for _, k := range why {
		switch k.Kind {
		case models.KnowSystem:
			know = append(know, v.SystemName(k.Value))
		case models.KnowStandard:
			know = append(know, v.StandardName(k.Value))
		case models.KnowSetting:
			settings = append(settings, k.Value)
		default:
			know = append(know, k.Value)
		}
	}
	text := "You wrote that you know " + models.Together(know)
	if len(settings) > 0 {
		text += ", and that you have worked in: " + models.Together(settings)
	}
	return text
}
