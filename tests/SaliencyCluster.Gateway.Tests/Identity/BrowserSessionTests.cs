using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Tests.Identity;

public sealed class BrowserSessionTests : IDisposable
{
    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(32);

    private readonly FakeTimeProvider _clock = new(new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-test-").FullName;
    private readonly ApiKey _key = ApiKey.Create("mine");

    public BrowserSessionTests() => Write(e => e);

    private string File => Path.Combine(_folder, "keys.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_session_stands_for_its_key_at_every_gateway_and_does_not_hold_it()
    {
        var session = await Gateway().BeginAsync(_key.Text);
        Assert.True(BrowserSessions.IsSession(session));
        Assert.DoesNotContain(_key.Text["slk_mine_".Length..], session, StringComparison.Ordinal);
        Assert.DoesNotContain(_key.Hash["sha256:".Length..], session, StringComparison.Ordinal);
        Assert.Equal(("lab", "mine"), await Gateway().AuthenticateAsync(session) is var caller ? (caller.Tenant, caller.Key) : default);
    }

    [Fact]
    public async Task Nobody_begins_a_session_without_a_key() =>
        Assert.Equal("SAL2902", (await Assert.ThrowsAsync<SaliencyException>(() =>
            Gateway().BeginAsync(ApiKey.Create("mine").Text))).Code);

    [Fact]
    public async Task A_session_ends_after_twelve_hours()
    {
        var session = await Gateway().BeginAsync(_key.Text);
        _clock.Advance(TimeSpan.FromHours(12) - TimeSpan.FromSeconds(1));
        await Gateway().AuthenticateAsync(session);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var ended = await Assert.ThrowsAsync<SaliencyException>(() => Gateway().AuthenticateAsync(session));
        Assert.Equal(("SAL2909", "The session of the browser ended at 2026-01-02 15:04:05Z."), (ended.Code, ended.What));
    }

    [Fact]
    public async Task A_session_ends_with_its_key()
    {
        var session = await Gateway().BeginAsync(_key.Text);
        Write(e => e with { Revoked = _clock.GetUtcNow() });
        Assert.Equal("SAL2904", await RefusalAsync(session));
        Write(e => e with { Expires = _clock.GetUtcNow() });
        Assert.Equal("SAL2903", await RefusalAsync(session));
        Write(e => e with { Hash = ApiKey.Create("mine").Hash });
        Assert.Equal("SAL2902", await RefusalAsync(session));
    }

    [Theory]
    [InlineData("later")]
    [InlineData("other id")]
    [InlineData("other signature")]
    [InlineData("other secret")]
    [InlineData("signed with the hash alone")]
    [InlineData("cut off")]
    public async Task Nothing_of_a_session_can_be_changed(string how)
    {
        var session = await Gateway().BeginAsync(_key.Text);
        var (id, expires, mac) = session.Split('_', 4) is [_, var i, var e, var m] ? (i, e, m) : default;
        var forged = how switch
        {
            "later" => $"sls_{id}_{long.Parse(expires, System.Globalization.CultureInfo.InvariantCulture) + 1}_{mac}",
            "other id" => $"sls_other_{expires}_{mac}",
            "other signature" => $"sls_{id}_{expires}_{(mac[0] == 'A' ? 'B' : 'A')}{mac[1..]}",
            "other secret" => await Gateway(RandomNumberGenerator.GetBytes(32)).BeginAsync(_key.Text),
            "signed with the hash alone" => await Gateway([]).BeginAsync(_key.Text),
            _ => session[..^1],
        };
        Assert.Equal("SAL2902", await RefusalAsync(forged));
    }

    private async Task<string> RefusalAsync(string session) =>
        (await Assert.ThrowsAsync<SaliencyException>(() => Gateway().AuthenticateAsync(session))).Code;

    private BrowserSessions Gateway(byte[]? secret = null) =>
        new(() => Task.FromResult(secret ?? Secret), new KeyStore(File, _clock), _clock);

    private void Write(Func<KeyEntry, KeyEntry> change) => KeyFileChange.Apply(File, _ =>
        [change(new() { Id = "mine", Tenant = "lab", Role = Role.Submit, Hash = _key.Hash, Created = _clock.GetUtcNow() })]);
}
