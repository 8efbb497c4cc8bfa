using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SaliencyCluster.Browser.Tests.Browsers;
using SaliencyCluster.Browser.Tests.Servers;
using SaliencyCluster.Gateway.Identity;
using static Microsoft.Playwright.Assertions;

namespace SaliencyCluster.Browser.Tests.Pages;

public sealed class SignInTests(GuardedServer server, Chromium chromium) : IClassFixture<GuardedServer>
{
    [Fact]
    public async Task Nobody_sees_a_page_without_a_key_and_everybody_comes_back_to_the_page_they_asked_for()
    {
        await using var watched = await chromium.OpenAsync(server.Http);
        var page = watched.Page;
        await page.GotoAsync("/jobs?state=done");
        await Expect(page).ToHaveURLAsync(new Regex("/sign-in"));
        await watched.AssertAccessibleAsync();
        await watched.KeepPictureAsync("sign-in-1280-light");
        await page.GetByLabel("API key").FillAsync("slk_wrong_key");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The API key is none of this gateway");
        watched.Complaints.RemoveAll(c => c.Contains("401", StringComparison.Ordinal));
        await page.GetByLabel("API key").FillAsync(server.A);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/jobs\\?state=done"));
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "private-job" })).ToBeVisibleAsync();
        var cookies = await page.Context.CookiesAsync();
        Assert.Single(cookies, c => c.Name == SignInCookie.Name);
        Assert.All(cookies, c => Assert.True(c is { HttpOnly: true, SameSite: SameSiteAttribute.Strict }, $"{c.Name} is {c.SameSite}, HttpOnly {c.HttpOnly}"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/sign-in"));
        Assert.DoesNotContain(await page.Context.CookiesAsync(), c => c.Name == SignInCookie.Name);
    }

    [Fact]
    public async Task No_page_shows_what_another_tenant_has()
    {
        await using var watched = await SignedInAsync(server.Operator);
        foreach (var path in new[] { "/", "/?by=model", "/jobs", "/models", "/workers" })
        {
            await watched.GoAsync(path);
            Assert.DoesNotContain("private", await watched.Page.InnerTextAsync("body"), StringComparison.Ordinal);
        }
        foreach (var (path, code) in new[] { ("/jobs/private-job", "SAL3002"), ("/jobs/private-job/images/0", "SAL3002"), ("/models/private-model", "SAL3004") })
        {
            await watched.GoAsync(path);
            await Expect(watched.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(code);
        }
        foreach (var file in new[] { "image.png", "heat-map.png", "map.npy" })
        {
            var answer = await watched.Page.Context.APIRequest.GetAsync($"{server.Http}files/jobs/private-job/images/0/{file}");
            Assert.Equal(404, answer.Status);
        }
    }

    [Fact]
    public async Task Machines_are_shown_to_operators_alone()
    {
        await using (var submitter = await SignedInAsync(server.B))
        {
            await submitter.GoAsync("/");
            await Expect(submitter.Page.GetByRole(AriaRole.Link, new() { Name = "Workers" })).ToHaveCountAsync(0);
            await submitter.GoAsync("/workers");
            await Expect(submitter.Page.GetByText("Machines are for operators")).ToBeVisibleAsync();
            await submitter.AssertAccessibleAsync();
            Assert.Equal(403, (await submitter.Page.Context.APIRequest.GetAsync($"{server.Http}orleans/")).Status);
        }
        await using var watched = await SignedInAsync(server.Operator);
        await watched.GoAsync("/workers");
        await Expect(watched.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Drain ") })).ToHaveCountAsync(1);
        Assert.Equal(403, (await watched.Page.Context.APIRequest.GetAsync($"{server.Http}orleans/")).Status);
        await using var admin = await SignedInAsync(server.Admin);
        var orleans = (await admin.Page.GotoAsync("/orleans/"))!;
        Assert.Contains("font-src 'self' data:;", orleans.Headers["content-security-policy"], StringComparison.Ordinal);
        await Expect(admin.Page.Locator("#menu")).ToContainTextAsync("Silos");
        // The page is Orleans' own: on a loaded machine its scripts read figures that are not there yet.
        admin.Complaints.RemoveAll(complaint => complaint.Contains("TypeError", StringComparison.Ordinal));
    }

    private async Task<WatchedPage> SignedInAsync(string key)
    {
        var watched = await chromium.OpenAsync(server.Http);
        await watched.Page.GotoAsync("/sign-in");
        await watched.Page.GetByLabel("API key").FillAsync(key);
        await watched.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await watched.Page.Locator("h1:has-text('Overview')").WaitForAsync();
        return watched;
    }
}
