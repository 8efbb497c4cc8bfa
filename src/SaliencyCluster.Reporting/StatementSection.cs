namespace SaliencyCluster.Reporting;

/// <summary>What the evidence says of each method, first on the page.</summary>
internal static class StatementSection
{
    public static string Of(Findings findings)
    {
        var statements = Statements.Of(findings);
        var cards = statements.Select(s => Html.Element("article",
            Html.Element("h3", Html.Text(s.Method) + Badges(s)) +
            Html.Element("h4", "The evidence supports") + Html.List(s.Supports) +
            (s.CannotSay.Count == 0 ? "" : Html.Element("h4", "It cannot say") + Html.List(s.CannotSay))));
        var convention = statements.All(s => s.Verdict is null) ? "" : Html.Element("p", Html.Text(
            "The label after a method says how much of its map's likeness survives when all layers are random, on the way from an unrelated map (0) to the same map (1): " +
            "“reacts” at most 0.2, “keeps its look” at least 0.5, by most of Spearman of magnitudes, SSIM and HOG. " +
            "“Ignores upper layers” keeps its look while only the upper half of the layers is random. " +
            "A second label says whether deleting and inserting pixels in the map's order did better than in a random order, " +
            "with intervals that do not overlap. " +
            "The bounds are this report's convention, not a law; " +
            "and reacting is necessary for a map of what the model learned, not sufficient."));
        return Html.Section("statements", "What the evidence says", convention + Html.Element("div", string.Concat(cards), "class=\"cards\""));
    }

    private static string Badges(Statement s) =>
        (s.Verdict is { } verdict ? Badge(verdict) : "") + (s.Faithfulness is { } faithful ? Badge(faithful) : "");

    private static string Badge(Verdict verdict) => verdict switch
    {
        Verdict.Keeps => Html.Element("span", "keeps its look", "class=\"badge keeps\""),
        Verdict.Reacts => Html.Element("span", "reacts", "class=\"badge reacts\""),
        Verdict.Late => Html.Element("span", "ignores upper layers", "class=\"badge keeps\""),
        _ => Html.Element("span", "mixed", "class=\"badge mixed\""),
    };

    private static string Badge(OrderVerdict faithful) => faithful switch
    {
        OrderVerdict.Better => Html.Element("span", "beats a random order", "class=\"badge reacts\""),
        OrderVerdict.Partly => Html.Element("span", "beats a random order in part", "class=\"badge mixed\""),
        _ => Html.Element("span", "no better than a random order", "class=\"badge keeps\""),
    };
}
