using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using SaliencyCluster.Browser.Tests.Servers;
using static Microsoft.Playwright.Assertions;

namespace SaliencyCluster.Browser.Tests.Pages;

/// <summary>Panels, legends, scales and the address of the image page.</summary>
public sealed class ViewerTests(ServeProcess server, Chromium chromium)
{
    private const string Address = "/jobs/three-bears/images/0";

    [Fact]
    public async Task A_colour_bar_says_between_which_numbers_colours_lie()
    {
        await using var watched = await OpenAsync(Address + "?panels=job,occlusion,grad-cam");
        var page = watched.Page;
        var answer = (await server.Client.Images.ReadResultAsync(server.DoneJob, 0, cancellation: TestContext.Current.CancellationToken))!;
        var size = answer.Map!.Values.Length / 3;
        var values = answer.Map.Values;
        double[] map = [.. Enumerable.Range(0, size).Select(i => (double)values[i] + values[i + size] + values[i + 2 * size])];
        var full = FullScale(map);
        var numbers = await NumbersAsync(page, "job");
        Assert.Equal([-full, 0, full], numbers, (a, b) => Math.Abs(a - b) <= full * 0.006);
        await page.GetByLabel("Values").SelectOptionAsync("positive");
        numbers = await NumbersAsync(page, "job");
        full = FullScale([.. map.Select(v => Math.Max(0, v))]);
        Assert.Equal([0, full / 2, full], numbers, (a, b) => Math.Abs(a - b) <= full * 0.006);
        await Expect(page.Locator("[data-panel-id='job'] .meaning"))
            .ToContainTextAsync("what speaks for the class · all pixels · own scale");
    }

    [Fact]
    public async Task A_common_scale_gives_all_maps_the_same_numbers()
    {
        await using var watched = await OpenAsync(Address + "?panels=job,grad-cam");
        var page = watched.Page;
        Assert.NotEqual(await NumbersAsync(page, "job"), await NumbersAsync(page, "grad-cam"));
        var before = await PixelsAsync(page, "job");
        await page.GetByRole(AriaRole.Button, new() { Name = "common" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("scale=common"));
        Assert.Equal(await NumbersAsync(page, "job"), await NumbersAsync(page, "grad-cam"));
        Assert.NotEqual(before, await PixelsAsync(page, "job"));
        await page.GetByRole(AriaRole.Button, new() { Name = "log" }).ClickAsync();
        await Expect(page.Locator("[data-panel-id='job'] .meaning")).ToContainTextAsync("common scale · logarithmic");
    }

    [Theory]
    [InlineData(75, 0.25)]
    [InlineData(90, 0.10)]
    public async Task A_threshold_leaves_the_top_share_of_the_pixels(int threshold, double share)
    {
        await using var watched = await OpenAsync(Address + $"?view=map&threshold={threshold}");
        // What is hidden is as light as paper; hardly any value that is shown has no colour.
        var coloured = await watched.Page.Locator("canvas[data-panel='job']").EvaluateAsync<double>("""
            canvas => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
              const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
              let coloured = 0, all = 0;
              for (let i = 0; i < data.length; i += 4) {
                if (data[i + 3] === 255) { all++; if (data[i] !== 247 || data[i + 2] !== 247) coloured++; }
              }
              done(coloured / all);
            })))
            """);
        Assert.InRange(coloured, share - 0.03, share + 0.03);
        await Expect(watched.Page.Locator("output[for='threshold']")).ToHaveTextAsync($"top {100 - threshold} %");
    }

    [Fact]
    public async Task A_contour_goes_around_what_the_threshold_leaves()
    {
        await using var watched = await OpenAsync(Address + "?opacity=0&panels=grad-cam");
        var page = watched.Page;
        var before = await PixelsAsync(page, "grad-cam");
        await page.GetByRole(AriaRole.Button, new() { Name = "Contour" }).ClickAsync();
        // Where all pixels are shown there would be nothing to go around.
        await Expect(page.Locator("output[for='threshold']")).ToHaveTextAsync("top 20 %");
        await Expect(page).ToHaveURLAsync(new Regex("threshold=80&contour=1"));
        Assert.NotEqual(before, await PixelsAsync(page, "grad-cam"));
    }

    [Fact]
    public async Task Arrow_keys_move_the_cross_hair_in_all_panels_and_say_the_values()
    {
        await using var watched = await OpenAsync(Address + "?panels=job,grad-cam&at=20,40");
        var page = watched.Page;
        await Expect(page.Locator(".readout")).ToContainTextAsync("x 20, y 40");
        await page.Locator("canvas[data-panel='job']").FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Shift+ArrowUp");
        await Expect(page.Locator(".readout")).ToContainTextAsync("x 21, y 30");
        await Expect(page).ToHaveURLAsync(new Regex("at=21,30"));
        var value = await page.Locator("[data-panel-id='grad-cam'] .value").InnerTextAsync();
        await Expect(page.Locator("[aria-live].said")).ToContainTextAsync($"grad-cam {value}");
        await Expect(page.Locator(".hair:visible")).ToHaveCountAsync(3);
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".hair:visible")).ToHaveCountAsync(0);
        await Expect(page).Not.ToHaveURLAsync(new Regex("at="));
    }

    [Fact]
    public async Task The_address_brings_back_all_that_was_set()
    {
        const string Look = "panels=grad-cam,job&view=beside&opacity=70&threshold=40&contour=1&sign=absolute&curve=log&scale=common";
        const string Set = Look + "&zoom=3&x=0.4&y=0.3&at=25,19&full=job";
        await using var watched = await OpenAsync($"{Address}?{Set}");
        var page = watched.Page;
        await Expect(page.Locator("section.panel:visible")).ToHaveCountAsync(1);
        var fill = page.GetByRole(AriaRole.Button, new() { Name = "Fill the page with integrated-gradients" });
        await fill.ClickAsync();
        await Expect(page.Locator("section.panel:visible")).ToHaveCountAsync(3);
        await Expect(page.Locator("section[data-name]").First).ToHaveAttributeAsync("data-name", "grad-cam");
        await Expect(page.GetByLabel("Values")).ToHaveValueAsync("absolute");
        await Expect(page.Locator(".zoom")).ToContainTextAsync("3.0 × fit");
        foreach (var pressed in new[] { "beside it", "common", "log", "Contour" })
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = pressed })).ToHaveAttributeAsync("aria-pressed", "true");
        // Nothing is lost on the way.
        var address = $"{Address}?{Set}".Replace("&full=job", "", StringComparison.Ordinal);
        await Expect(page).ToHaveURLAsync(new Regex(Regex.Escape(address) + "$"));
        // The next picture is shown the same way, but for what is of this one.
        await page.GetByRole(AriaRole.Link, new() { Name = "Next" }).ClickAsync();
        await Expect(page.GetByText("image 2 of 3")).ToBeVisibleAsync();
        Assert.Equal("?" + Look, new Uri(page.Url).Query);
    }

    [Fact]
    public async Task A_seventh_map_is_refused_with_a_sentence()
    {
        const string Seven = "job,gradient,grad-cam,layer-cam,xgrad-cam,hires-cam,gradient-times-input";
        await using var watched = await OpenAsync($"{Address}?panels={Seven}");
        var page = watched.Page;
        await Expect(page.GetByRole(AriaRole.Alert))
            .ToContainTextAsync("A page shows at most 6 maps: close one to see another. 1 of 7 are not shown.");
        await Expect(page.Locator("section[data-name]")).ToHaveCountAsync(6);
        await page.GetByRole(AriaRole.Button, new() { Name = "Close gradient", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await page.GetByLabel("Compare with").SelectOptionAsync("sobel");
        await Expect(page.Locator("section[data-name='sobel']")).ToBeVisibleAsync();
        await page.GetByLabel("Compare with").SelectOptionAsync("canny");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("A page shows at most 6 maps");
        await Expect(page.Locator("section[data-name]")).ToHaveCountAsync(6);
    }

    [Theory]
    [InlineData(1440, 900)]
    [InlineData(1024, 768)]
    [InlineData(390, 844)]
    public async Task Pictures_stand_side_by_side_in_the_whole_window_and_nothing_moves_under_the_pointer(int width, int height)
    {
        await using var watched = await OpenAsync(Address + "?panels=job,grad-cam,gradient", width);
        var page = watched.Page;
        await page.SetViewportSizeAsync(width, height);
        await page.Locator("canvas[data-panel='job']").HoverAsync(new() { Position = new() { X = 5, Y = 5 } });
        await page.Mouse.MoveAsync(0, 0);
        var before = await PlacesAsync(page);
        Assert.All(before, p => Assert.Equal(before[0][3], p[3]));
        Assert.InRange(before.Max(p => p[0] + p[2]), width - 60, width);
        await page.Locator("canvas[data-panel='job']")
            .HoverAsync(new() { Position = new() { X = (float)before[1][2] / 2, Y = (float)before[1][3] / 2 } });
        await Expect(page.Locator("[data-panel-id='job'] .value")).Not.ToBeEmptyAsync();
        Assert.Equal(before, await PlacesAsync(page));
        await watched.AssertFitsAsync();
        await watched.KeepPictureAsync($"viewer-{width}");
    }

    [Fact]
    public async Task Wheel_and_double_click_zoom_at_the_pointer_and_a_drag_moves()
    {
        await using var watched = await OpenAsync(Address);
        var page = watched.Page;
        var canvas = page.Locator("canvas[data-panel='job']");
        var box = (await canvas.BoundingBoxAsync())!;
        var spot = await Spot.OfPixelAsync(canvas, 20, 40, 64);
        var pixel = Math.Min(box.Width, box.Height) / 64;
        await canvas.HoverAsync(new() { Position = spot });
        await Expect(page.Locator(".readout")).ToContainTextAsync("x 20, y 40");
        await page.Mouse.WheelAsync(0, -500);
        await Expect(page.Locator(".zoom")).ToContainTextAsync("3.5 × fit");
        // What was below the pointer still is.
        await page.Mouse.MoveAsync(box.X + spot.X + 1, box.Y + spot.Y + 1);
        await Expect(page.Locator(".readout")).ToContainTextAsync("x 20, y 40");
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + spot.X + 3.49f * 4 * pixel, box.Y + spot.Y + 1, new() { Steps = 4 });
        await page.Mouse.UpAsync();
        await page.Mouse.MoveAsync(box.X + spot.X, box.Y + spot.Y);
        await Expect(page.Locator(".readout")).ToContainTextAsync("x 16, y 40");
        await canvas.DblClickAsync(new() { Position = spot });
        await Expect(page.Locator(".zoom")).Not.ToContainTextAsync("×");
    }

    private async Task<WatchedPage> OpenAsync(string address, int width = 1440)
    {
        var watched = await chromium.OpenAsync(server.Http, width);
        await watched.GoAsync(address);
        await watched.Page.Locator("[data-loaded='true']").WaitForAsync();
        await Expect(watched.Page.Locator(".stage.unfinished")).ToHaveCountAsync(0);
        return watched;
    }

    private static async Task<double[]> NumbersAsync(IPage page, string panel)
    {
        await Expect(page.Locator($"[data-panel-id='{panel}'] .numbers span").First).Not.ToBeEmptyAsync();
        await PixelsAsync(page, panel);
        var texts = await page.Locator($"[data-panel-id='{panel}'] .numbers span").AllInnerTextsAsync();
        return [.. texts.Select(t => double.Parse(t.Replace('−', '-'), CultureInfo.InvariantCulture))];
    }

    // The magnitude up to which 98 % of the total lie.
    private static double FullScale(double[] map)
    {
        var sizes = map.Select(Math.Abs).Order().ToArray();
        var (total, sum) = (sizes.Sum(), 0.0);
        return sizes.First(v => (sum += v) >= 0.98 * total);
    }

    // Left, top, width and height of the pictures.
    private static Task<double[][]> PlacesAsync(IPage page) => page.EvaluateAsync<double[][]>("""
        () => [...document.querySelectorAll("canvas[data-panel]")]
          .map(c => c.getBoundingClientRect()).filter(b => b.width > 0).map(b => [b.left, b.top + scrollY, b.width, b.height])
        """);

    // Sums of the picture's channels after the next drawing: equal pictures have equal ones.
    private static Task<string> PixelsAsync(IPage page, string panel) =>
        page.Locator($"canvas[data-panel='{panel}']").EvaluateAsync<string>("""
        canvas => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
          const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data, sums = [0, 0, 0];
          for (let i = 0; i < data.length; i++) if (i % 4 < 3) sums[i % 4] += data[i];
          done(sums.join(" "));
        })))
        """);
}
