using Microsoft.Extensions.Options;
using SaliencyCluster.Grains.Trials;

namespace SaliencyCluster.Grains.Registration;

internal sealed class TrialOptionsValidator : IValidateOptions<TrialOptions>
{
    public ValidateOptionsResult Validate(string? name, TrialOptions o) => new OptionRules(TrialOptions.Section)
        .Within(nameof(o.MaxEnded), o.MaxEnded, 1, 20)
        .Result;
}
