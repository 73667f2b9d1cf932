package kits

import "testing"

func TestWhichHeadingsAKitKnows(t *testing.T) {
	t.Parallel()
	topics := map[string]topic{"agree": agreeTopic, "people": peopleTopic, "cost": costTopic, "failed": failedTopic, "adapt": adaptTopic}
	for heading, want := range map[string]string{
		"Information governance and clinical safety": "agree", "4. Governance": "agree", "Who had to agree?": "agree", "Approvals": "agree", "Llywodraethu gwybodaeth": "agree", "DPIA": "agree",
		"People and roles": "people", "Our team:": "people", "Who was involved": "people", "Pobl a rolau": "people", "Y tîm": "people",
		"Cost and time": "cost", "What it cost": "cost", "Costs, and how they were met": "cost", "Cost ac amser": "cost", "Faint oedd y gost": "cost", "Funding": "cost", "COSTS": "cost",
		"What failed": "failed", "What didn't work": "failed", "What went wrong": "failed", "Challenges": "failed", "Problems we met": "failed", "Beth fethodd": "failed", "Heriau": "failed", "Risks and pitfalls": "failed",
		"What to adapt": "adapt", "What we would do differently": "adapt", "Lessons learnt": "adapt", "Cyngor i eraill": "adapt", "Beth i’w addasu": "adapt",
		// What stands under these is something else.
		"The problem": "", "What is the problem?": "", "Results": "", "What people said": "", "Costa del Sol": "", "Patient safety": "", "Teamwork": "", "": "", "Risk of falls": "", "Y broblem": "",
	} {
		for name, topic := range topics {
			if got := topic.is(heading); got != (name == want) {
				t.Errorf("%q is of %s: %v", heading, name, got)
			}
		}
	}
}
