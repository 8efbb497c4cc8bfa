using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Tests.Identity;

public sealed class KeyStoreTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-test-").FullName;

    private string File => Path.Combine(_folder, "keys.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_key_stands_for_its_tenant_role_limits_and_weight()
    {
        var key = Add(e => e with { Tenant = "lab", Role = Role.Operate, Limits = new() { ConcurrentJobs = 3 }, Weight = 4 });
        Assert.Equal(new Caller("lab", Role.Operate, key.Id, new() { ConcurrentJobs = 3 }, 4), Store().Authenticate(key.Text));
    }

    [Fact]
    public void Without_a_file_everyone_is_admin_of_the_default_tenant()
    {
        Assert.Equal(Caller.Anyone, new KeyStore(null, Clock.At(Now)).Authenticate(null));
        Assert.Equal(("default", Role.Admin), (Caller.Anyone.Tenant, Caller.Anyone.Role));
    }

    [Theory]
    [InlineData(0, "SAL2903")]
    [InlineData(1, null)]
    public void A_key_is_refused_from_the_moment_it_expires(int secondsLeft, string? code)
    {
        var key = Add(e => e with { Expires = Now.AddSeconds(secondsLeft) });
        var error = Record.Exception(() => Store().Authenticate(key.Text)) as SaliencyException;
        Assert.Equal(code, error?.Code);
        if (error is not null) Assert.Equal($"The API key '{key.Id}' expired at 2026-01-02 03:04:05Z.", error.What);
    }

    [Fact]
    public void What_is_wrong_with_a_key_is_told_to_those_who_have_it_only()
    {
        var key = Add(e => e with { Revoked = Now });
        Assert.Equal("SAL2904", Assert.Throws<SaliencyException>(() => Store().Authenticate(key.Text)).Code);
        Assert.Equal("SAL2902", Assert.Throws<SaliencyException>(() => Store().Authenticate(ApiKey.Create(key.Id).Text)).Code);
    }

    [Fact]
    public void A_missing_file_is_an_error_at_start_and_none_afterwards()
    {
        Assert.Equal("SAL9025", Assert.Throws<SaliencyException>(Store).Code);
        var key = Add(e => e);
        var store = Store();
        System.IO.File.Move(File, File + "-away");
        Assert.Equal("SAL9025", Assert.Throws<SaliencyException>(() => store.Reload()).Code);
        Assert.False(store.Reload());
        Assert.Equal(key.Id, store.Authenticate(key.Text).Key);
        System.IO.File.Move(File + "-away", File);
        Assert.False(store.Reload());
        Assert.Equal(key.Id, store.Authenticate(key.Text).Key);
    }

    [Fact]
    public void A_change_takes_effect_with_the_next_look_at_the_file()
    {
        var first = Add(e => e);
        var store = Store();
        Assert.False(store.Reload());
        var second = Add(e => e);
        Assert.True(store.Reload());
        Assert.Equal(second.Id, store.Authenticate(second.Text).Key);
        KeyFileChange.Apply(File, _ => []);
        Assert.True(store.Reload());
        Assert.Throws<SaliencyException>(() => store.Authenticate(first.Text));
    }

    [Fact]
    public void Keys_are_long_random_and_never_shown_by_accident()
    {
        var keys = Enumerable.Range(0, 1000).Select(_ => ApiKey.Create()).ToList();
        Assert.Equal(2000, keys.SelectMany(k => new[] { k.Text, k.Id }).Distinct().Count());
        Assert.All(keys, k => Assert.Matches("^slk_[a-z0-9]{10}_[A-Za-z0-9]{43}$", k.Text));
        Assert.Equal($"slk_{keys[0].Id}_...", $"{keys[0]}");
        Assert.Equal(keys[0], ApiKey.Parse(keys[0].Text));
    }

    [Fact]
    public void What_a_key_has_open_ends_when_it_is_revoked_removed_or_stands_for_something_else()
    {
        var (revoked, removed, moved, kept) = (Add(e => e), Add(e => e), Add(e => e), Add(e => e));
        var store = Store();
        var ends = new[] { revoked, removed, moved, kept }.Select(k => store.EndOf(k.Id)).ToArray();
        Assert.Null(store.Refusal(revoked.Id));
        KeyFileChange.Apply(File, keys =>
        [
            .. keys.Where(k => k.Id != removed.Id)
                .Select(k => k.Id == revoked.Id ? k with { Revoked = Now } : k.Id == moved.Id ? k with { Tenant = "other" } : k with { Weight = 3 }),
        ]);
        Assert.True(store.Reload());
        Assert.Equal([true, true, true, false], ends.Select(e => e.IsCancellationRequested));
        Assert.Equal(["SAL2904", "SAL2902", null, null], new[] { revoked, removed, moved, kept }.Select(k => store.Refusal(k.Id)?.Code));
    }

    [Fact]
    public void What_a_key_has_open_ends_when_it_expires()
    {
        var key = Add(e => e with { Expires = Now.AddSeconds(1) });
        var clock = new Clock(Now);
        var store = new KeyStore(File, clock);
        var end = store.EndOf(key.Id);
        store.EndRefused();
        Assert.False(end.IsCancellationRequested);
        clock.Now = Now.AddSeconds(1);
        store.EndRefused();
        Assert.True(end.IsCancellationRequested);
        Assert.Equal("SAL2903", store.Refusal(key.Id)?.Code);
    }

    [Theory]
    [InlineData("600", true)]
    [InlineData("400", true)]
    [InlineData("440", true)] // a Secret of Kubernetes
    [InlineData("644", false)]
    [InlineData("660", false)]
    [InlineData("601", false)]
    public void A_file_that_others_can_read_or_change_is_refused_with_the_cure(string mode, bool isTaken)
    {
        Add(e => e);
        if (!OperatingSystem.IsWindows()) System.IO.File.SetUnixFileMode(File, (UnixFileMode)Convert.ToInt32(mode, 8));
        var error = Record.Exception(Store) as SaliencyException;
        Assert.Equal(isTaken ? null : "SAL9025", error?.Code);
        if (error is null) return;
        Assert.Contains($"other accounts of the host can read or change it (mode {mode})", error.What, StringComparison.Ordinal);
        Assert.Equal($"Close it: chmod 600 {File}", error.Next);
    }

    private KeyStore Store() => new(File, Clock.At(Now));

    private ApiKey Add(Func<KeyEntry, KeyEntry> change)
    {
        var key = ApiKey.Create();
        KeyFileChange.Apply(File, keys => [.. keys, change(KeyFileTests.Entry(key.Id) with { Hash = key.Hash })]);
        return key;
    }

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public static Clock At(DateTimeOffset now) => new(now);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
