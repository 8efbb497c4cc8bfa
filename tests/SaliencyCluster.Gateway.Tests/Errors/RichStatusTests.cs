using Google.Rpc;
using Grpc.Core;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Tests.Errors;

public sealed class RichStatusTests
{
    [Fact]
    public void Code_and_texts_travel_as_error_info()
    {
        var error = RichStatus.Of(new SaliencyException("SAL3004", "There is no model 'x'.", "List them."));
        Assert.Equal(StatusCode.NotFound, error.StatusCode);
        Assert.Equal("SAL3004: There is no model 'x'. List them.", error.Status.Detail);
        var info = error.GetRpcStatus()!.GetDetail<ErrorInfo>()!;
        Assert.Equal(("SAL3004", "saliency", "There is no model 'x'.", "List them."), (info.Reason, info.Domain, info.Metadata["what"], info.Metadata["next"]));
    }

    [Fact]
    public void Every_wrong_field_is_named()
    {
        var error = RichStatus.Of(new InvalidRequestException("SAL2602", [("a", "A is wrong."), ("b.c", "C is wrong.")], "Correct both."));
        Assert.Equal([("a", "A is wrong."), ("b.c", "C is wrong.")], error.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Select(v => (v.Field, v.Description)));
        Assert.Equal("SAL2602: A is wrong. C is wrong. Correct both.", error.Status.Detail);
    }

    [Fact]
    public void A_refusal_that_ends_by_itself_says_when()
    {
        var error = RichStatus.Of(new RetryLaterException("SAL2606", "Too many.", "Wait.", TimeSpan.FromSeconds(5)));
        Assert.Equal(5, error.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.Seconds);
    }
}
