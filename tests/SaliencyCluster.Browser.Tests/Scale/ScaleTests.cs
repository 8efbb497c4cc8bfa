using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using static Microsoft.Playwright.Assertions;

namespace SaliencyCluster.Browser.Tests.Scale;

/// <summary>A large cluster costs the browser no more than a small one: it holds what is in sight.</summary>
public sealed class ScaleTests(FakeCluster cluster, Chromium chromium) : IClassFixture<FakeCluster>
{
    private const int MaxNodes = 2500;

    [Fact]
    public async Task Ten_thousand_jobs_are_paged_by_the_server()
    {
        await using var watched = await chromium.OpenAsync(cluster.Http);
        var page = watched.Page;
        await watched.GoAsync("/jobs");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "job-09999" })).ToBeVisibleAsync();
        await AssertSmallAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "Older" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "job-09949" })).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new Regex("before=50"));
        await page.GetByLabel("Find jobs").FillAsync("job-00042");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "job-00042" })).ToBeVisibleAsync();
        await AssertSmallAsync(page);
    }

    [Fact]
    public async Task Five_hundred_busy_workers_are_drawn_only_where_they_are_looked_at()
    {
        await using var watched = await chromium.OpenAsync(cluster.Http);
        var page = watched.Page;
        await watched.GoAsync("/workers");
        await Expect(page.GetByText("500 devices")).ToBeVisibleAsync();
        await Expect(page.Locator("#devices").GetByText("worker-000")).ToBeVisibleAsync();
        await AssertSmallAsync(page);
        await page.Locator("#devices").EvaluateAsync("list => list.scrollTop = list.scrollHeight");
        await Expect(page.Locator("#devices").GetByText("worker-499")).ToBeVisibleAsync();
        await AssertSmallAsync(page);
        await page.GetByLabel("Find a worker").FillAsync("worker-321");
        await Expect(page.GetByText("1 device", new() { Exact = true })).ToBeVisibleAsync();
        await AssertAnswersAsync(page);
    }

    [Fact]
    public async Task A_job_of_a_hundred_thousand_images_is_scrolled_through_at_once()
    {
        await using var watched = await chromium.OpenAsync(cluster.Http);
        var page = watched.Page;
        await page.RouteAsync("**/files/**", route => route.FulfillAsync(new() { Status = 200, ContentType = "image/svg+xml", Body = "<svg xmlns='http://www.w3.org/2000/svg'/>" }));
        await watched.GoAsync("/jobs/job-00008");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "image-0", Exact = true })).ToBeVisibleAsync();
        await page.Locator("#images-of-job").EvaluateAsync("list => list.scrollTop = list.scrollHeight / 2");
        await Expect(page.GetByRole(AriaRole.Link, new() { NameRegex = new("^image-(49|50)[0-9]{3}$") }).First).ToBeVisibleAsync();
        await AssertSmallAsync(page);
    }

    [Fact]
    public async Task The_overview_adds_up_what_has_no_room()
    {
        await using var watched = await chromium.OpenAsync(cluster.Http);
        await watched.GoAsync("/?by=worker");
        await Expect(watched.Page.GetByText("493 others")).ToBeVisibleAsync();
        await AssertSmallAsync(watched.Page);
        await AssertAnswersAsync(watched.Page);
    }

    private static async Task AssertSmallAsync(IPage page) => Assert.InRange(await page.EvaluateAsync<int>("document.querySelectorAll('*').length"), 1, MaxNodes);

    // While updates arrive, no task keeps the page from answering for longer than a person notices.
    private static async Task AssertAnswersAsync(IPage page)
    {
        var longest = await page.EvaluateAsync<double>("""
            () => new Promise(done => {
              let longest = 0, frames = 0;
              const watch = new PerformanceObserver(list => { for (const task of list.getEntries()) longest = Math.max(longest, task.duration); });
              watch.observe({ entryTypes: ["longtask"] });
              const tick = () => ++frames < 120 ? requestAnimationFrame(tick) : (watch.disconnect(), done(longest));
              requestAnimationFrame(tick);
            })
            """);
        TestContext.Current.TestOutputHelper?.WriteLine($"longest task {longest:0} ms");
        Assert.InRange(longest, 0, 1000);
    }
}
