package bolt

import "github.com/firebreakhq/firebreak/bot"

func newReportRecord(r *bot.Report) *reportRecord {
	if r == nil {
		return nil
	}

	return &reportRecord{
		WordsBy:    r.WordsBy,
		WordsAt:    r.WordsAt,
		Statements: each(r.Statements, func(s bot.Statement) statementRecord { return statementRecord(s) }),

		What:      r.What,
		At:        r.At,
		Where:     r.Where,
		Against:   r.Against,
		Witnesses: r.Witnesses,
		Danger:    r.Danger,
		Reported:  r.Reported,
		ReportRef: r.ReportRef,

		Warned:   r.Warned,
		WarnedBy: r.WarnedBy,
		Ended:    r.Ended,
		EndedBy:  r.EndedBy,

		By:      r.By,
		Written: r.Written,
	}
}

func (r *reportRecord) report() *bot.Report {
	if r == nil {
		return nil
	}

	return &bot.Report{
		WordsBy:    r.WordsBy,
		WordsAt:    r.WordsAt,
		Statements: each(r.Statements, func(s statementRecord) bot.Statement { return bot.Statement(s) }),

		What:      r.What,
		At:        r.At,
		Where:     r.Where,
		Against:   r.Against,
		Witnesses: r.Witnesses,
		Danger:    r.Danger,
		Reported:  r.Reported,
		ReportRef: r.ReportRef,

		Warned:   r.Warned,
		WarnedBy: r.WarnedBy,
		Ended:    r.Ended,
		EndedBy:  r.EndedBy,

		By:      r.By,
		Written: r.Written,
	}
}
