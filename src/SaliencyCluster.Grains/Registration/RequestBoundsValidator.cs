using Microsoft.Extensions.Options;
using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Grains.Registration;

internal sealed class RequestBoundsValidator : IValidateOptions<RequestBounds>
{
    public ValidateOptionsResult Validate(string? name, RequestBounds options) =>
        options.Mistakes().ToList() is { Count: > 0 } mistakes ? ValidateOptionsResult.Fail(mistakes) : ValidateOptionsResult.Success;
}
