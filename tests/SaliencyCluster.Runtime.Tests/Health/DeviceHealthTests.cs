using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Health;

namespace SaliencyCluster.Runtime.Tests.Health;

public sealed class DeviceHealthTests : IDisposable
{
    private static readonly SaliencyException Broken = new("SAL4012", "cuda:0 cannot compute.", "Look.");
    private static readonly SaliencyException Gone = new("SAL4014", "cuda:0 is lost.", "Restart.");
    private readonly FakeTimeProvider _clock = new();
    private readonly ScriptedProof _proof = new();

    public void Dispose() => _proof.Dispose();

    [Fact]
    public void A_device_that_does_not_compute_does_not_start()
    {
        _proof.Fault = Broken;
        Assert.Same(Broken, Assert.Throws<SaliencyException>(() => new Device(new() { Lanes = 1 }, _clock, NullLogger.Instance, proof: _proof)));
    }

    [Fact]
    public async Task The_processor_computes_what_the_proof_asks()
    {
        await using var device = TestDevice();
        Assert.Null(device.Health.Check());
        Assert.Null(device.Health.Lost);
        Assert.Equal("cpu", Device.Prove(new(), NullLogger.Instance));
    }

    [Fact]
    public void A_proof_is_good_for_a_while_and_then_done_again_without_anybody_waiting()
    {
        var health = Health();
        Assert.Null(health.Check());
        Assert.Equal(1, _proof.Runs);

        _clock.Advance(DeviceHealth.ProofAge);
        _proof.Hold();
        _proof.Fault = Broken;
        Assert.Null(health.Check());
        Assert.Null(health.Check());
        _proof.Release();
        Assert.True(SpinWait.SpinUntil(() => health.Check() == Broken, TimeSpan.FromSeconds(30)));
        Assert.Equal(2, _proof.Runs);

        _proof.Fault = null;
        _clock.Advance(DeviceHealth.ProofAge);
        Assert.True(SpinWait.SpinUntil(() => health.Check() is null, TimeSpan.FromSeconds(30)));
        Assert.Null(health.Lost);
    }

    [Fact]
    public void A_device_that_does_not_answer_is_not_ready()
    {
        var health = Health();
        _clock.Advance(DeviceHealth.ProofAge);
        _proof.Hold();
        health.Check();
        _clock.Advance(DeviceHealth.MaxProofTime);
        var fault = health.Check();
        Assert.Equal("SAL4012", fault?.Code);
        Assert.Equal("cuda:0 has not answered for 60 s.", fault?.What);
        _proof.Release();
    }

    [Fact]
    public void A_lost_device_stays_lost_and_is_not_asked_again()
    {
        var health = Health();
        _clock.Advance(DeviceHealth.ProofAge);
        _proof.Fault = Gone;
        health.Check();
        Assert.True(SpinWait.SpinUntil(() => health.Lost == Gone, TimeSpan.FromSeconds(30)));
        _proof.Fault = null;
        _clock.Advance(DeviceHealth.ProofAge);
        Assert.Same(Gone, health.Check());
        Assert.Equal(2, _proof.Runs);
    }

    private DeviceHealth Health() => new("cuda:0", _proof, _clock, NullLogger.Instance);

    private Device TestDevice() => new(new() { Lanes = 1 }, _clock, NullLogger.Instance);
}
