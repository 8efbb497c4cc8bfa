using Microsoft.Extensions.Options;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Grains.Registration;

namespace SaliencyCluster.Grains.Workers;

internal sealed class WorkerOptionsValidator : IValidateOptions<WorkerOptions>
{
    public ValidateOptionsResult Validate(string? name, WorkerOptions o) => new OptionRules(WorkerOptions.Section)
        .Check(GrainKeys.IsName(o.Pool), nameof(o.Pool), o.Pool, "1 to 100 letters, digits, '.', '_' or '-'")
        .Within(nameof(o.LeaseWork), o.LeaseWork, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1))
        .Within(nameof(o.DrainTime), o.DrainTime, TimeSpan.Zero, TimeSpan.FromHours(1))
        .Within(nameof(o.ReportPeriod), o.ReportPeriod, TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(1))
        .Result;
}
