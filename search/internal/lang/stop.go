package lang

import "strings"

// stopWords are never indexed and never searched for: they hold a sentence
// together and say nothing of what it is about.
const stopWords = `a an and are as at be been being but by for from had has have he her his if in into is
it its nor not of on or she so such than that the their them then there these they this those to was were
will with would`

// softWords are what people wrap a question in. They are indexed, and left out
// of a query that has any other word, because "how do I get … into …" says
// nothing of what is looked for but would be required of it.
const softWords = `about able achieve advice after all also always any anybody anyone anything around aim best better between
both bring can cannot cant come could couldnt did do does doesnt doing done dont easiest easy else ever
every everyone example examples find fix for found get gets getting give go going good got help here hi how
however i idea ideas im instead id is ive job just keep know let lets like look looking lot lots made make
makes making many may me might more most much must my need needed needs new no now off once one only other
others our ours out over own please possible problem problems put really see should show some somebody
someone something sort start started still stuff successfully sure take tell thank thanks thing things think
through too tried try trying under up us use used useful using very via want wanted wants way ways we well
went what whats when whenever where whether which while who whose why within without wont works yes you your`

// Built once and only read afterwards.
var (
	stopSet = wordSet(stopWords)
	softSet = wordSet(softWords)
)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

func isStop(word string) bool { return stopSet[word] }

func isSoft(word string) bool { return softSet[word] }
