using System.Globalization;
using SaliencyCluster.Gateway.Identity.Keys;

namespace SaliencyCluster.Cli.Commands.Keys;

/// <summary>A key in words and as JSON.</summary>
internal static class KeyText
{
    public static object Json(KeyEntry key, DateTimeOffset now) => new
    {
        key.Id, key.Tenant, role = Role(key), state = State(key, now), key.Created, key.Expires, key.Revoked, key.Limits, key.Weight, key.Pools,
    };

    public static string Role(KeyEntry key) => key.Role.ToString().ToLowerInvariant();

    public static string State(KeyEntry key, DateTimeOffset now) =>
        key.Revoked is not null ? "revoked" : key.Expires <= now ? "expired" : "valid";

    public static string Time(DateTimeOffset? time) => time?.ToString("u", CultureInfo.InvariantCulture) ?? "never";

    public static string Limits(KeyEntry key)
    {
        var limits = new[]
        {
            Limit(key.Limits?.QueuedPoints, "points"), Limit(key.Limits?.StoredBytes, "bytes"), Limit(key.Limits?.ConcurrentJobs, "jobs"),
        }.OfType<string>();
        return string.Join(", ", limits) is { Length: > 0 } text ? text : "none";
    }

    private static string? Limit(long? most, string what) => most is null ? null : string.Create(CultureInfo.InvariantCulture, $"{most:N0} {what}");
}
