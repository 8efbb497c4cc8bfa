using System.Globalization;
using System.Net;
using System.Text;

namespace SaliencyCluster.Cli.Demo.Report;

/// <summary>Writes the demo's findings as one HTML file that needs nothing else: pictures are inside.</summary>
internal static class DemoReport
{
    /// <summary>Writes the page.</summary>
    public static string Html(DemoFindings findings)
    {
        var page = new StringBuilder(Resource("report.html"));
        page.Replace("{{style}}", Resource("report.css"));
        page.Replace("{{headline}}", Text(Headline.Of(findings)));
        page.Replace("{{summary}}", Text(Headline.Summary(findings)));
        page.Replace("{{plot}}", SharePlot.Svg(findings));
        page.Replace("{{sound}}", Text(findings.Models[0]));
        page.Replace("{{suspect}}", Text(findings.Models[1]));
        page.Replace("{{rows}}", string.Concat(findings.Images.Select(Row)));
        page.Replace("{{method}}", Text(findings.Method));
        page.Replace("{{telling}}", Text(Headline.TellingName(findings.Images)));
        page.Replace("{{wall}}", string.Concat(findings.Others.Select(m => Wall(m, findings))));
        page.Replace("{{facts}}", string.Concat(findings.Facts.Select(f => $"<div><dt>{Text(f.Label)}</dt><dd>{Text(f.Value)}</dd></div>")));
        return page.ToString();
    }

    /// <summary>Writes a share as whole percent.</summary>
    internal static string Percent(double share) => (share * 100).ToString("F0", CultureInfo.InvariantCulture) + "%";

    private static string Row(DemoImage image) => $"""
        <section class="row">
          <figure><img class="pixels" alt="{Text(image.Name)}" src="{DataUri(image.Picture)}"><figcaption><b>{Text(image.Animal)}</b> on {Text(image.Ground)}</figcaption></figure>
          {string.Concat(image.Answers.Select(answer => Answer(image, answer)))}
        </section>

        """;

    private static string Answer(DemoImage image, DemoAnswer answer) => $"""
        <figure>
            <img class="pixels" alt="heat map of {Text(image.Name)}" src="{DataUri(answer.HeatMap)}">
            <figcaption>
              <span class="verdict {(answer.IsRight ? "right" : "wrong")}">{(answer.IsRight ? "✓" : "✗")} {Text(answer.Label)}</span><span class="logit">logit {answer.Score.ToString("F1", CultureInfo.InvariantCulture)}</span>
              <span class="share" role="img" aria-label="{Percent(answer.OnAnimal)} of the positive attribution is on the animal"><i style="width:{Percent(answer.OnAnimal)}"></i><u style="left:{Percent(image.AnimalArea)}"></u></span>
              <span class="legend"><em>{Percent(answer.OnAnimal)} animal</em><em>{Percent(1 - answer.OnAnimal)} {Text(image.Ground)}</em></span>
            </figcaption>
          </figure>
        """;

    private static string Wall(DemoMethod method, DemoFindings findings) => $"""
        <figure>{string.Concat(method.HeatMaps.Select((png, i) => $"<img class=\"pixels\" alt=\"{Text(method.Method)}, {Text(findings.Models[i])}\" src=\"{DataUri(png)}\">"))}<figcaption>{Text(method.Method)}</figcaption></figure>

        """;

    private static string DataUri(byte[] png) => "data:image/png;base64," + Convert.ToBase64String(png);

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Resource(string name)
    {
        using var stream = typeof(DemoReport).Assembly.GetManifestResourceStream($"SaliencyCluster.Cli.Demo.Report.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
