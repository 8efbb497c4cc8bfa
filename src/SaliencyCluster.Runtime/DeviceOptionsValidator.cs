using Microsoft.Extensions.Options;

namespace SaliencyCluster.Runtime;

/// <summary>Reports every mistake of <see cref="DeviceOptions"/> at once, each with key, value and range.</summary>
public sealed class DeviceOptionsValidator : IValidateOptions<DeviceOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, DeviceOptions options)
    {
        var errors = ErrorsOf(options).ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    internal static IEnumerable<string> ErrorsOf(DeviceOptions o)
    {
        if (!DeviceOptions.Providers.ContainsKey(o.ExecutionProvider))
            yield return $"{DeviceOptions.Section}:ExecutionProvider is '{o.ExecutionProvider}'; it must be {string.Join(", ", DeviceOptions.Providers.Keys)}.";
        if (o.DeviceId is < 0 or > 63) yield return Range(nameof(o.DeviceId), o.DeviceId, "from 0 to 63");
        if (o.Lanes is < 1 or > 256) yield return Range(nameof(o.Lanes), o.Lanes, "from 1 to 256");
        if (o.MemoryBudgetMegabytes is < 16 or > 16_777_216) yield return Range(nameof(o.MemoryBudgetMegabytes), o.MemoryBudgetMegabytes, "from 16 to 16,777,216");
        if (o.GraphCacheMegabytes is < 0 or > 1_048_576) yield return Range(nameof(o.GraphCacheMegabytes), o.GraphCacheMegabytes, "from 0 to 1,048,576");
        if (o.CacheFolderMegabytes is < 16 or > 16_777_216) yield return Range(nameof(o.CacheFolderMegabytes), o.CacheFolderMegabytes, "from 16 to 16,777,216");
        if (o.QueueLength is < 1 or > 65_536) yield return Range(nameof(o.QueueLength), o.QueueLength, "from 1 to 65,536");
        if (o.RunTimeout < TimeSpan.FromSeconds(1) || o.RunTimeout > TimeSpan.FromDays(1))
            yield return Range(nameof(o.RunTimeout), o.RunTimeout, "from 00:00:01 to 1.00:00:00");
        if (o.TrialTimeout < TimeSpan.FromSeconds(1) || o.TrialTimeout > TimeSpan.FromDays(1))
            yield return Range(nameof(o.TrialTimeout), o.TrialTimeout, "from 00:00:01 to 1.00:00:00");
        if (o.TrialMemoryMegabytes is < 16 or > 16_777_216) yield return Range(nameof(o.TrialMemoryMegabytes), o.TrialMemoryMegabytes,
            "from 16 to 16,777,216");
    }

    private static string Range(string key, object? value, string range) =>
        FormattableString.Invariant($"{DeviceOptions.Section}:{key} is {value}; it must be {range}.");
}
