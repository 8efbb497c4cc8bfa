using System.Globalization;

namespace SaliencyCluster.Reporting.Drawings;

/// <summary>Images that were drawn by gradient ascent, as one HTML file that needs nothing else. Without its script, images on the way
/// stand in a row; with it one slider moves all of them.</summary>
public static class DrawingReport
{
    /// <summary>How many restarts of a unit are shown with images on the way.</summary>
    /// <param name="units">Units on the page.</param>
    public static int Restarts(int units) => Math.Clamp(48 / Math.Max(1, units), 1, 8);

    private static readonly string[] Limits =
    [
        "An image that maximises a unit shows a thing that the unit answers to, not all of them, and answers that no photograph gets. "
            + "Look at several restarts and their distances before saying what a unit detects.",
        "A high probability of such a picture says nothing of how well the model does on photographs.",
        "An ascent may end in a local maximum far below what photographs reach. Compare the scores with those of your own images.",
        "Pictures here may be smaller than those in the folder, and packed with loss: the figures are those of the files.",
    ];

    /// <summary>Writes the page.</summary>
    /// <param name="facts">What was drawn.</param>
    /// <param name="footer">One line at the end, such as the command.</param>
    public static string Write(DrawingFacts facts, string footer)
    {
        var title = facts.Inverts ? $"What layers of {facts.Model} keep of an image" : $"What units of {facts.Model} answer to";
        var lead = facts.Inverts
            ? "Each picture was rebuilt from what a layer keeps of the given image: the layer takes both for nearly the same. "
                + "A small relative error means that it cannot tell them apart."
            : "Each picture was drawn by gradient ascent, so that a unit answers to it as much as it can. What is said of a picture was "
                + "measured on the saved file.";
        return Page.Write(title, lead, string.Concat(
            facts.Given is { } given ? Html.Section("given", "The given image", Page.Picture(given, "The given image", "given")) : "",
            facts.Units.Count > 1 ? Html.Section("all", "All of them", Overview(facts)) : "",
            string.Concat(facts.Units.Select((unit, i) => DrawnUnitSection.Of(unit, i, facts.Inverts))),
            facts.Failures.Count == 0 ? "" : Html.Section("failures", "Not drawn", Html.List(facts.Failures)),
            Html.Section("limits", "What these pictures cannot say", Html.List(Limits))), footer);
    }

    private static string Overview(DrawingFacts facts) => Html.Element("div", string.Concat(facts.Units.Select((unit, i) =>
    {
        var best = facts.Inverts ? unit.Restarts.MinBy(r => r.SavedValue ?? r.Frames[^1].Value)!
            : unit.Restarts.MaxBy(r => r.SavedValue ?? r.Frames[^1].Value)!;
        var value = best.SavedValue ?? best.Frames[^1].Value;
        var said = facts.Inverts ? value.ToString("P1", CultureInfo.InvariantCulture) + " relative error" : "score " + Page.Number(value);
        return Html.Element("a", (best.Saved is { } saved ? Page.Picture(saved, unit.Name) : "")
            + Html.Element("b", Html.Text(unit.Name)) + Html.Element("span", Html.Text(said)), $"href=\"#unit-{i}\"");
    })), "class=\"overview\"");
}
