using System.Text;
using SkiaSharp;

namespace SaliencyCluster.Attribution.Tests.Evaluations.Report;

public sealed class BrowserTests(ReportFixture fixture) : IClassFixture<ReportFixture>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("saliency-report");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_report_opens_without_a_word_on_the_console_and_shows_something()
    {
        var picture = Path.Combine(_folder.FullName, "page.png");
        Assert.Empty(await Browser.ConsoleOf(Write(fixture.Page), "--window-size=1200,1600", $"--screenshot={picture}"));
        using var shown = SKBitmap.Decode(picture);
        Assert.Equal((1200, 1600), (shown.Width, shown.Height));
        Assert.InRange(shown.Pixels.Count(p => p != SKColors.White) / (double)shown.Pixels.Length, 0.02, 0.9);
    }

    [Fact]
    public async Task The_report_prints_on_several_pages()
    {
        var print = Path.Combine(_folder.FullName, "page.pdf");
        Assert.Empty(await Browser.ConsoleOf(Write(fixture.Page), $"--print-to-pdf={print}"));
        var pdf = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(print, TestContext.Current.CancellationToken));
        Assert.StartsWith("%PDF", pdf, StringComparison.Ordinal);
        Assert.InRange(pdf.Split("/Type /Page\n").Length - 1, 4, 20);
    }

    [Fact]
    public async Task A_page_that_complains_would_be_noticed() =>
        Assert.NotEmpty(await Browser.ConsoleOf(Write("<!DOCTYPE html><script>console.error('broken')</script>"), "--dump-dom"));

    private string Write(string page)
    {
        var path = Path.Combine(_folder.FullName, "page.html");
        File.WriteAllText(path, page);
        return path;
    }
}
