using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Identity.Tokens;

/// <summary>Why a token is not accepted.</summary>
internal static class TokenErrors
{
    public static SaliencyException Refused(string why, Exception? cause = null) => new(
        "SAL2910", $"The token is not accepted: {why}.", "Ask the identity provider for an access token for this gateway; "
        + "Saliency:Gateway:Tokens says of which issuer and for which audience.", cause);

    public static SaliencyException Expired(DateTimeOffset when) => new(
        "SAL2911", $"The token expired at {AccessErrors.Text(when)}.", "Ask the identity provider for a new one.");

    public static SaliencyException NoRight(string why) => new(
        "SAL2912", $"The token is right, but {why}.",
        "Whoever runs the identity provider grants it; Saliency:Gateway:Tokens says which claims and values count.");

    public static RetryLaterException NoProvider(string issuer) => new(
        "SAL2913", $"The keys of the identity provider '{issuer}' cannot be read, so that its tokens cannot be checked.",
        "Retry. Whoever runs the gateway checks that it reaches the provider's /.well-known/openid-configuration: its log says why "
            + "it does not.",
        TimeSpan.FromSeconds(5));
}
