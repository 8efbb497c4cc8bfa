using System.Globalization;

namespace SaliencyCluster.Reporting.Drawings;

/// <summary>What pages of pictures have in common.</summary>
internal static class Page
{
    // Up to here a page shows a picture larger than it is, and its pixels should be seen.
    private const int Small = 96;

    public static string Write(string title, string lead, string content, string footer) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <link rel="icon" href="data:,">
        <title>{Html.Text(title)}</title>
        <style>
        {Resource("drawings.css")}
        </style>
        </head>
        <body>
        <header>
        <h1>{Html.Text(title)}</h1>
        <p>{Html.Text(lead)}</p>
        </header>
        <main>
        {content}
        </main>
        <footer>{Html.Text(footer)}</footer>
        <script>
        {Resource("drawings.js")}
        </script>
        </body>
        </html>

        """;

    public static string Picture(PagePicture picture, string text, string kind = "") =>
        $"<img src=\"{picture.Address}\" width=\"{picture.Width}\" height=\"{picture.Height}\" alt=\"{Html.Text(text)}\" "
        + $"class=\"{(picture.Width <= Small ? "pixels " : "")}{kind}\">";

    public static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>A table of what is named and what it is.</summary>
    public static string Facts(IEnumerable<(string Name, string Value)> facts) => Html.Element("table", string.Concat(facts.Select(f =>
        Html.Element("tr", Html.Element("th", Html.Text(f.Name), "scope=\"row\"") + Html.Element("td", Html.Text(f.Value))))),
        "class=\"facts\"");

    private static string Resource(string name)
    {
        using var stream = typeof(Page).Assembly.GetManifestResourceStream("SaliencyCluster.Reporting." + name)!;
        return new StreamReader(stream).ReadToEnd();
    }
}
