using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Identity;
using SaliencyCluster.Gateway.Limits;

namespace SaliencyCluster.Gateway.Calls;

/// <summary>Bounds how many calls a key makes a second and how many of a tenant are open at once; of callers without a key, those of an address.</summary>
internal static class CallLimits
{
    // What a page of the dashboard loads at once, and a client after a pause, is no attack.
    private const int BurstSeconds = 2;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <summary>Sets them up. A gateway without keys has one user, who needs none.</summary>
    public static void Apply(RateLimiterOptions limiter, GatewayLimits limits)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(c => RateLimitPartition.GetTokenBucketLimiter(KeyOf(c), _ => Rate(limits.MaxCallsPerSecond))),
            Open(TenantOf, limits.MaxOpenCalls), Open(_ => "", limits.MaxOpenCallsOfAll));
        limiter.OnRejected = (rejected, _) => new(ErrorAnswer.WriteAsync(rejected.HttpContext, Refused(rejected, limits)));
    }

    private static PartitionedRateLimiter<HttpContext> Open(Func<HttpContext, string> who, int most) =>
        PartitionedRateLimiter.Create<HttpContext, string>(c =>
            RateLimitPartition.GetConcurrencyLimiter(who(c), _ => new() { PermitLimit = most, QueueLimit = 0 }));

    private static TokenBucketRateLimiterOptions Rate(int perSecond) => new()
    {
        TokenLimit = perSecond * BurstSeconds,
        TokensPerPeriod = perSecond < 10 ? 1 : (perSecond + 9) / 10,
        ReplenishmentPeriod = perSecond < 10 ? TimeSpan.FromSeconds(1) / perSecond : Period,
        QueueLimit = 0,
    };

    // Only a limit of the rate knows when there is room again.
    private static RetryLaterException Refused(OnRejectedContext rejected, GatewayLimits limits) => rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after)
        ? new("SAL2621", $"{Who(rejected.HttpContext)} makes more calls than it may: {limits.MaxCallsPerSecond} a second.",
            "Send several images with one call (jobs), or raise Saliency:Gateway:Limits:MaxCallsPerSecond.", after > TimeSpan.FromSeconds(1) ? after : TimeSpan.FromSeconds(1))
        : new("SAL2622",
            $"{Who(rejected.HttpContext)} has as many calls open as it may have ({limits.MaxOpenCalls}), "
            + $"or all callers together have ({limits.MaxOpenCallsOfAll}).",
            "End some, such as streams of progress, or raise Saliency:Gateway:Limits:MaxOpenCalls or MaxOpenCallsOfAll.",
            TimeSpan.FromSeconds(5));

    private static string Who(HttpContext context) => context.Features.Get<Caller>() is { } caller
        ? $"{AccessErrors.Who(caller, isFirst: true)} or its tenant" : "The address";

    private static string KeyOf(HttpContext context) => context.Features.Get<Caller>() is { } caller ? $"key {caller.Key}" : AddressOf(context);

    private static string TenantOf(HttpContext context) => context.Features.Get<Caller>() is { } caller ? $"tenant {caller.Tenant}" : AddressOf(context);

    /// <summary>Gets what a caller that is not known is called; no tenant has such a name.</summary>
    public static string AddressOf(HttpContext context) => $"address {context.Connection.RemoteIpAddress ?? IPAddress.None}";
}
