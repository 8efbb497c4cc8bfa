using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Limits;

namespace SaliencyCluster.Gateway.Tests.Limits;

public sealed class UploadGateTests
{
    [Fact]
    public void One_upload_more_than_allowed_is_told_to_come_back_and_enters_when_another_has_left()
    {
        var gate = new UploadGate(new GatewayLimits { MaxConcurrentUploads = 1 }, isShared: true);
        var first = gate.Enter("a");
        var error = Assert.Throws<RetryLaterException>(() => gate.Enter("b"));
        Assert.Equal(("SAL2606", "As many models are being uploaded as may be at once: 1.", "Retry in 5 seconds."), (error.Code, error.What, error.Next));
        first.Dispose();
        first.Dispose();
        using var second = gate.Enter("b");
        Assert.Throws<RetryLaterException>(() => gate.Enter("a"));
    }

    [Fact]
    public void One_tenant_leaves_a_place_to_others()
    {
        var gate = new UploadGate(new GatewayLimits { MaxConcurrentUploads = 2 }, isShared: true);
        using var first = gate.Enter("a");
        Assert.Equal("Tenant 'a' uploads as many models as it may at once: 1.", Assert.Throws<RetryLaterException>(() => gate.Enter("a")).What);
        using var other = gate.Enter("b");
        Assert.Throws<RetryLaterException>(() => gate.Enter("c"));
    }

    [Fact]
    public void Without_keys_the_one_tenant_has_all_places()
    {
        var gate = new UploadGate(new GatewayLimits { MaxConcurrentUploads = 2 }, isShared: false);
        using var first = gate.Enter("default");
        using var second = gate.Enter("default");
        Assert.StartsWith("As many models", Assert.Throws<RetryLaterException>(() => gate.Enter("default")).What, StringComparison.Ordinal);
    }
}
