using System.Globalization;
using System.Net;
using System.Text;

namespace SaliencyCluster.Cli.Demo.Report;

/// <summary>A dot plot: for each image the share of positive attribution on the animal, one dot per model.</summary>
internal static class SharePlot
{
    private const int Left = 190, Right = 20, Top = 34, RowHeight = 30, Width = 760;

    /// <summary>Draws it as SVG.</summary>
    public static string Svg(DemoFindings findings)
    {
        var height = Top + (RowHeight * findings.Images.Count) + 34;
        var svg = new StringBuilder($"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"Share of positive attribution on the animal\">");
        foreach (var tick in new[] { 0, 25, 50, 75, 100 })
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{X(tick / 100.0)}\" x2=\"{X(tick / 100.0)}\" y1=\"{Top - 8}\" y2=\"{height - 30}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{X(tick / 100.0)}\" y=\"{height - 12}\">{tick}%</text>");
        }
        for (var row = 0; row < findings.Images.Count; row++)
        {
            var image = findings.Images[row];
            var y = Top + (RowHeight * row) + (RowHeight / 2.0);
            var (sound, suspect) = (X(image.Answers[0].OnAnimal), X(image.Answers[1].OnAnimal));
            var name = WebUtility.HtmlEncode($"{image.Animal} on {image.Ground}");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"name{(image.Answers[1].IsRight ? "" : " bad")}\" x=\"{Left - 14}\" y=\"{y + 4}\">{name}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"area\" x1=\"{X(image.AnimalArea)}\" x2=\"{X(image.AnimalArea)}\" y1=\"{y - 8}\" y2=\"{y + 8}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"link\" x1=\"{sound}\" x2=\"{suspect}\" y1=\"{y}\" y2=\"{y}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"sound\" cx=\"{sound}\" cy=\"{y}\" r=\"6.5\"/><circle class=\"suspect\" cx=\"{suspect}\" cy=\"{y}\" r=\"6.5\"/>");
        }
        svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"sound\" cx=\"{Left + 6}\" cy=\"12\" r=\"6\"/><text class=\"key\" x=\"{Left + 18}\" y=\"16\">{WebUtility.HtmlEncode(findings.Models[0])}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"suspect\" cx=\"{Left + 146}\" cy=\"12\" r=\"6\"/><text class=\"key\" x=\"{Left + 158}\" y=\"16\">{WebUtility.HtmlEncode(findings.Models[1])}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<line class=\"area\" x1=\"{Left + 316}\" x2=\"{Left + 316}\" y1=\"4\" y2=\"20\"/><text class=\"key\" x=\"{Left + 324}\" y=\"16\">area of the animal</text>");
        return svg.Append("</svg>").ToString();
    }

    private static double X(double share) => Math.Round(Left + (share * (Width - Left - Right)), 1);
}
