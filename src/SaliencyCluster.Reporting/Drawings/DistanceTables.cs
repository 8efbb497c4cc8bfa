namespace SaliencyCluster.Reporting.Drawings;

/// <summary>How far restarts are from each other, and what that says about whether there is one such picture.</summary>
internal static class DistanceTables
{
    // Two pictures are alike to a person below the first, and to a layer below the second.
    private const double AlikePixels = 5, AlikeFeatures = 0.1;
    private const int MostColumns = 12;

    public static string Of(DrawnUnit unit, bool inverts)
    {
        if (unit.Restarts.Count < 2)
            return Html.Element(
                "p", "One picture says nothing about whether there are others: draw several with --restarts.", "class=\"soft\"");
        if (unit.PixelDistances is not { } pixels) return "";
        return Html.Element("h3", "Is the picture unique?")
            + Html.Element("p", Html.Text(Words(pixels, unit.FeatureDistances, unit.FeatureLayer, inverts)))
            + Html.Element("div", Table("Pixels, of 255", pixels, "0.0", unit)
            + (unit.FeatureDistances is { } features ? Table($"'{unit.FeatureLayer}', of the length", features, "0.000", unit) : ""),
                "class=\"distances\"");
    }

    internal static string Words(double[][] pixels, double[][]? features, string? layer, bool inverts)
    {
        var (near, far) = Ends(pixels);
        var words = $"Restarts differ by {Span(near, far)} of 255 in pixels (root mean square; "
            + "two pictures of random pixels differ by 104)";
        if (features is null)
            return words + (far < AlikePixels ? ": they ended at nearly the same picture." : near < AlikePixels
                ? ": some ended at nearly the same picture, others not." : ": the picture is not unique.");
        var (least, most) = Ends(features);
        words += $" and by {Span(least, most)} of their length in '{layer}'. ";
        if (far < AlikePixels) return words + "They ended at nearly the same picture; other starts (--start 3) may still end elsewhere.";
        if (most < AlikeFeatures)
            return words + (inverts ? "The layer hardly tells them apart: what differs between them is what it has lost."
                : "Different pictures, and nearly the same to the layer.");
        return words + (near < AlikePixels || least < AlikeFeatures
            ? "The picture is not unique: some restarts are alike, others differ in pixels and to the layer."
            : "The picture is not unique: restarts ended at pictures that differ to the layer too.");
    }

    private static (double Least, double Most) Ends(double[][] distances)
    {
        var all = distances.SelectMany((row, i) => row.Where((_, j) => j < i)).ToList();
        return (all.Min(), all.Max());
    }

    private static string Span(double least, double most) => Page.Number(least) is var low && Page.Number(most) is var high && low == high
        ? low : $"{low} to {high}";

    private static string Table(string title, double[][] distances, string format, DrawnUnit unit)
    {
        // A table of 64 columns is none that anybody reads; result.json has all of them.
        var count = Math.Min(distances.Length, MostColumns);
        var numbers = unit.Restarts.Take(count).Select(r => $"{r.Number}").ToList();
        var rows = Enumerable.Range(0, count).Select(i => Html.Element("tr", Html.Element("th", numbers[i], "scope=\"row\"")
            + string.Concat(Enumerable.Range(0, count).Select(j => Html.Element("td", i == j ? "–"
                : distances[i][j].ToString(format, System.Globalization.CultureInfo.InvariantCulture))))));
        var more = count < distances.Length ? $" (the first {count} of {distances.Length}; all in result.json)" : "";
        return Html.Element("div", Html.Element("table", Html.Element("caption", Html.Text(title + more))
            + Html.Element("thead", Html.Row(numbers.Prepend(""), "th")) + Html.Element("tbody", string.Concat(rows))), "class=\"wide\"");
    }
}
