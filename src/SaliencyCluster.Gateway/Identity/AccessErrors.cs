using System.Globalization;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Gateway.Identity;

/// <summary>Why a call is not let in, each made in one place.</summary>
internal static class AccessErrors
{
    private const string AskForOne = "Ask whoever runs the gateway for a new one: saliency keys create";

    public static SaliencyException NoKey() => new(
        "SAL2901", "The call has no API key.", "Send it as the header 'authorization: Bearer KEY'; the command line takes --api-key KEY or $SALIENCY_API_KEY.");

    public static SaliencyException UnknownKey() => new(
        "SAL2902", "The API key is none of this gateway.", "Check that it is complete and meant for this gateway. " + AskForOne);

    public static SaliencyException Expired(string id, DateTimeOffset when) => new("SAL2903", $"The API key '{id}' expired at {Text(when)}.", AskForOne);

    public static SaliencyException Revoked(string id, DateTimeOffset when) => new("SAL2904", $"The API key '{id}' was revoked at {Text(when)}.", AskForOne);

    public static SaliencyException Forbidden(Caller caller, Role needed) => new(
        "SAL2905", $"The call needs the role '{Text(needed)}'; {Who(caller)} has the role '{Text(caller.Role)}'.",
        caller.Expires is not null ? "Whoever runs the identity provider grants it; Saliency:Gateway:Tokens:Roles says which of its "
            + "values mean which role."
            : $"Use a key with that role. Whoever runs the gateway makes one: saliency keys create --role {Text(needed)}");

    public static SaliencyException PoolNotAllowed(Caller caller, string pool) => new(
        "SAL2906", $"{Who(caller, isFirst: true)} may not use the pool '{pool}'; its pools are {string.Join(", ", caller.Pools)}.",
        caller.Expires is not null ? "Name one of them, or leave the pool out. Whoever runs the gateway allows others: "
            + "Saliency:Gateway:Tokens:Pools."
            : $"Name one of them, or leave the pool out. Whoever runs the gateway makes another key: saliency keys create --pool {pool}");

    public static SaliencyException SessionEnded(DateTimeOffset when) => new("SAL2909", $"The session of the browser ended at {Text(when)}.", "Sign in again.");

    /// <summary>Gets what a message calls a caller.</summary>
    public static string Who(Caller caller, bool isFirst = false) =>
        $"{(isFirst ? "The" : "the")} {(caller.Expires is null ? "API key" : "token of")} '{caller.Key}'";

    public static string Text(Role role) => role.ToString().ToLowerInvariant();

    public static string Text(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);
}
