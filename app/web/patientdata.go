package web

import "grassroots/models/personal"

// CheckPath is where the API checks a text and keeps nothing of it.
const CheckPath = "/api/v1/check"

// PersonalOptions says what of patient data may pass on this site: in a demonstration
// the NHS numbers of the test range, which are given to nobody.
func (s *Site) PersonalOptions() personal.Options { return personal.Options{Demo: s.Demo} }
