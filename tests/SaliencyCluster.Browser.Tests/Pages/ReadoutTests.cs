using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using SaliencyCluster.Browser.Tests.Servers;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit.Running;
using static Microsoft.Playwright.Assertions;

namespace SaliencyCluster.Browser.Tests.Pages;

/// <summary>The numbers under the pointer are those of the files that the page saves, each under its own method.</summary>
public sealed class ReadoutTests(ServeProcess server, Chromium chromium)
{
    private const int Row = 40, Column = 20, Side = 64;

    // Slow methods before fast ones and the other way round: maps arrive in another order than their panels stand in.
    [Theory]
    [InlineData("occlusion,gradient")]
    [InlineData("grad-cam,smoothgrad,gradient")]
    [InlineData("smoothgrad,gradient,grad-cam")]
    public async Task Values_under_the_pointer_are_those_of_the_saved_maps_in_any_order(string methods)
    {
        await using var watched = await chromium.OpenAsync(server.Http, width: 1440);
        var page = watched.Page;
        await watched.GoAsync("/jobs/three-bears/images/0?methods=" + methods);
        await Expect(page.Locator("section[data-name]")).ToHaveCountAsync(methods.Split(',').Length + 1);
        await Expect(page.Locator(".stage.unfinished")).ToHaveCountAsync(0);
        var readout = await PointAsync(page, methods.Split(',').Length + 1);
        foreach (var method in methods.Split(',').Prepend("integrated-gradients"))
        {
            var panel = page.Locator($"[data-name='{method}']");
            var file = await page.RunAndWaitForDownloadAsync(() => panel.GetByText("Save .npy").ClickAsync());
            AssertShows(readout, method, Value(NpyFile.ReadFile(await file.PathAsync())));
        }
    }

    [Fact]
    public async Task A_comparison_shows_the_maps_of_all_its_methods_and_leads_to_its_other_models()
    {
        var comparison = await server.CompareAsync();
        await using var watched = await chromium.OpenAsync(server.Http, width: 1440);
        var page = watched.Page;
        await watched.GoAsync("/jobs?text=" + comparison);
        await Expect(page.GetByText("3 methods · bears-clean:1").First).ToBeVisibleAsync();
        await watched.GoAsync("/jobs/" + comparison);
        await Expect(page.GetByText("3 methods of bears-clean:1")).ToBeVisibleAsync();
        await Expect(page.Locator("#images-of-job tbody tr:has(td)").First.Locator("a.maps img")).ToHaveCountAsync(3);
        await watched.KeepPictureAsync("comparison-1440");
        await page.GetByRole(AriaRole.Link, new() { Name = "bears-again:1", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex(Regex.Escape(comparison) + "\\.2$"));
        await Expect(page.GetByText("3 methods of bears-again:1")).ToBeVisibleAsync();
        await watched.GoAsync($"/jobs/{comparison}/images/1");
        await Expect(page.Locator("section[data-name]")).ToHaveCountAsync(3);
        await Expect(page.Locator(".stage.unfinished")).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "bears-again:1", Exact = true })).ToBeVisibleAsync();
        var readout = await PointAsync(page, 3);
        var answers = await server.Client.Images.ReadAllResultsAsync(comparison, 1, TestContext.Current.CancellationToken);
        Assert.Equal(["rise", "grad-cam", "gradient"], answers.Select(a => a.Result.Method));
        foreach (var answer in answers) AssertShows(readout, answer.Result.Method, Value(new([.. answer.Map!.Shape], answer.Map.Values)));
        var file = await page.RunAndWaitForDownloadAsync(() => page.Locator("[data-name='grad-cam']").GetByText("Save .npy").ClickAsync());
        Assert.Equal(answers[1].Map!.Values, NpyFile.ReadFile(await file.PathAsync()).Data);
        await watched.KeepPictureAsync("comparison-image-1440");
        await page.SetViewportSizeAsync(390, 844);
        await watched.AssertFitsAsync();
        await watched.AssertAccessibleAsync();
        await watched.KeepPictureAsync("comparison-image-390");
    }

    [Fact]
    public async Task A_map_far_from_zero_uses_its_own_range_of_colours()
    {
        var comparison = await server.CompareAsync();
        await using var watched = await chromium.OpenAsync(server.Http, width: 1440);
        var page = watched.Page;
        await watched.GoAsync($"/jobs/{comparison}/images/1?view=map&opacity=100");
        await Expect(page.Locator("section[data-name]")).ToHaveCountAsync(3);
        await Expect(page.Locator(".stage.unfinished")).ToHaveCountAsync(0);
        // Of a map that is coloured from zero, nearly all would be in the darkest tenth.
        var dark = await page.Locator("canvas[data-panel='job']").EvaluateAsync<double>("""
            canvas => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
              const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
              let dark = 0, all = 0;
              for (let i = 0; i < data.length; i += 4) { if (data[i + 3] === 255) { all++; if (data[i + 1] < 60) dark++; } }
              done(dark / all);
            })))
            """);
        Assert.InRange(dark, 0.001, 0.5);
    }

    private static async Task<IReadOnlyDictionary<string, string>> PointAsync(IPage page, int maps)
    {
        var canvas = page.Locator("canvas[data-panel='job']");
        await canvas.ScrollIntoViewIfNeededAsync();
        var position = await Spot.OfPixelAsync(canvas, Column, Row, Side);
        IReadOnlyDictionary<string, string> values = new Dictionary<string, string>();
        // A map that has come is drawn a moment later, and read when the pointer moves the next time.
        await Eventually.TrueAsync(
            async () =>
            {
                await page.Mouse.MoveAsync(0, 0);
                await canvas.HoverAsync(new() { Position = position });
                values = await page.EvaluateAsync<Dictionary<string, string>>("""
                    () => Object.fromEntries([...document.querySelectorAll("section[data-name]")]
                      .map(p => [p.dataset.name, p.querySelector(".value").textContent]))
                    """);
                return values.Count == maps && values.Values.All(v => v.Length > 0)
                    && (await page.Locator(".readout").InnerTextAsync()).StartsWith($"x {Column}, y {Row} ", StringComparison.Ordinal);
            }, () => $"the values of {maps} maps are read: {string.Join("; ", values)}");
        return values;
    }

    // The sum of the channels at the pixel; a coarse map has one element for many pixels.
    private static double Value(SaliencyCluster.Attribution.Tensor map)
    {
        var (height, width) = (map.Shape[^2], map.Shape[^1]);
        var at = Row * height / Side * width + Column * width / Side;
        return Enumerable.Range(0, map.Data.Length / (height * width)).Sum(c => map.Data[c * height * width + at]);
    }

    private static void AssertShows(IReadOnlyDictionary<string, string> readout, string method, double value) =>
        Assert.Equal(value, double.Parse(readout[method], CultureInfo.InvariantCulture), Math.Abs(value) * 1e-3 + 1e-9);
}
