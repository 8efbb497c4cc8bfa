using Microsoft.Extensions.Options;

namespace SaliencyCluster.Grains;

/// <summary>Collects every mistake of an options record, each with key, value and range.</summary>
internal sealed class OptionRules(string section)
{
    private readonly List<string> _errors = [];

    public OptionRules Check(bool isRight, string key, object? value, string range)
    {
        if (!isRight) _errors.Add(FormattableString.Invariant($"{section}:{key} is {value}; it must be {range}."));
        return this;
    }

    public OptionRules Within(string key, TimeSpan value, TimeSpan least, TimeSpan most) =>
        Check(value >= least && value <= most, key, value, FormattableString.Invariant($"from {least} to {most}"));

    public OptionRules Within(string key, double value, double least, double most) =>
        Check(value >= least && value <= most, key, value, FormattableString.Invariant($"from {least} to {most}"));

    public ValidateOptionsResult Result => _errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_errors);
}
